/** A real Chromium with nothing in it, and a server that only this machine can reach. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenChromium {
  readonly page: Page;
  /** Closes everything, and leaves nothing behind. */
  close(): Promise<void>;
}

/** For several tests of one file. A missing Chromium is a failure that says what to install. */
export async function openChromium(): Promise<OpenChromium> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`${EXECUTABLE} is missing. Install the package chromium: apt-get install chromium`);
  }
  const userData = mkdtempSync(join(tmpdir(), 'memproof-chromium-'));
  const forget = (): void => rmSync(userData, { recursive: true, force: true });
  try {
    const context = await chromium.launchPersistentContext(userData, {
      executablePath: EXECUTABLE,
      headless: true,
      args: ARGUMENTS,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    return { page, close: () => context.close().finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}

/** Opens a page, lets `use` work with it, and closes everything. */
export async function inChromium<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const { page, close } = await openChromium();
  try {
    return await use(page);
  } finally {
    await close();
  }
}

/** Serves `contents` by path while `use` runs. */
export async function served<T>(contents: Readonly<Record<string, string>>, use: (origin: string) => Promise<T>) {
  const server = createServer((request, response) => {
    const content = contents[request.url ?? ''];
    const type = request.url?.endsWith('.json') ? 'application/json' : 'text/html';
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
