/** A package index on this machine, for the real pip, that breaks connections off when it is told to. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Served {
  readonly file: string;
  /** The value of the Range header, or null. */
  readonly range: string | null;
}

export interface BrokenIndex {
  readonly url: string;
  /** Every request for a wheel so far. */
  readonly served: Served[];
  /** The next answer for a file of which `match` is true ends in its middle. */
  breakOnce(match: (file: string) => boolean): void;
  close(): Promise<unknown>;
}

export async function startIndex(...folders: string[]): Promise<BrokenIndex> {
  const files = new Map(folders.flatMap((folder) => readdirSync(folder).map((name) => [name, join(folder, name)])));
  const served: Served[] = [];
  let breaks: ((file: string) => boolean) | null = null;
  const server = createServer((request, response) => {
    const [, section, name = ''] = (request.url ?? '').split('/');
    const path = files.get(name);
    if (section === 'simple') sendLinks(name, [...files.keys()], response);
    else if (path === undefined) response.writeHead(404).end();
    else {
      served.push({ file: name, range: request.headers.range ?? null });
      const broken = breaks?.(name) ?? false;
      if (broken) breaks = null;
      sendFile(readFileSync(path), request, response, broken);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/simple`,
    served,
    breakOnce: (match) => {
      breaks = match;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The page of one project, as PEP 503 has it. */
function sendLinks(project: string, names: readonly string[], response: ServerResponse): void {
  const start = `${project.replaceAll('-', '_')}-`;
  const links = names.filter((name) => name.startsWith(start)).map((name) => `<a href="/files/${name}">${name}</a>`);
  response.writeHead(links.length === 0 ? 404 : 200, { 'content-type': 'text/html' }).end(links.join('\n'));
}

function sendFile(content: Buffer, request: IncomingMessage, response: ServerResponse, broken: boolean): void {
  const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = content.subarray(from);
  const headers: Record<string, string> = {
    'content-length': String(rest.length),
    'accept-ranges': 'bytes',
    etag: `"${content.length}"`,
    ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  };
  response.writeHead(from > 0 ? 206 : 200, headers);
  if (!broken) response.end(rest);
  else response.write(rest.subarray(0, Math.floor(rest.length / 2)), () => response.destroy());
}
