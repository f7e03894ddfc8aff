/** Packs a wheel with real contents and a true RECORD. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeContents {
  /** For pip. */
  readonly package: string;
  readonly version: string;
  /** `cp311-cp311-manylinux2014_x86_64` */
  readonly tag: string;
  /** Lines of METADATA beside name and version. */
  readonly metadata?: readonly string[];
  /** A file that gets another hash in RECORD than it has. */
  readonly damaged?: string;
}

const PACK = `
import base64, hashlib, os, sys, zipfile
tree, wheel, information, damaged = sys.argv[1:]
record = []
with zipfile.ZipFile(wheel, 'w', zipfile.ZIP_DEFLATED) as archive:
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, tree)
            content = open(path, 'rb').read()
            archive.writestr(inside, content)
            hashed = content + b'x' if inside == damaged else content
            digest = base64.urlsafe_b64encode(hashlib.sha256(hashed).digest()).rstrip(b'=').decode()
            record.append(f'{inside},sha256={digest},{len(content)}')
    record.append(f'{information}/RECORD,,')
    archive.writestr(f'{information}/RECORD', '\\n'.join(record) + '\\n')
`;

/** Packs all that lies in `tree` into a wheel in `links`, and returns its path. */
export function packWheel(tree: string, links: string, contents: FakeContents): string {
  const distribution = `${contents.package.replaceAll('-', '_')}-${contents.version}`;
  const information = `${distribution}.dist-info`;
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${contents.package}`,
    `Version: ${contents.version}`,
    ...(contents.metadata ?? []),
  ];
  put(join(tree, information, 'METADATA'), `${metadata.join('\n')}\n`);
  put(
    join(tree, information, 'WHEEL'),
    `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${contents.tag}\n`,
  );
  mkdirSync(links, { recursive: true });
  const wheelPath = join(links, `${distribution}-${contents.tag}.whl`);
  execFileSync('python3', ['-c', PACK, tree, wheelPath, information, contents.damaged ?? '']);
  return wheelPath;
}

/** Writes a file and the folders above it. */
export function put(path: string, content: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A shared library from C++, with `soname`. */
export function buildLibrary(source: string, output: string, soname: string, ...flags: string[]): void {
  mkdirSync(join(output, '..'), { recursive: true });
  execFileSync('g++', ['-shared', '-fPIC', `-Wl,-soname,${soname}`, source, '-o', output, ...flags]);
}
