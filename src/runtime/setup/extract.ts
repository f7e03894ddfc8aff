/** Takes what is needed out of a wheel and verifies every file against the SHA-256 that the wheel's RECORD has for it. */
import { basename } from 'node:path';
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';

/** Exit status for "the wheel is not what it says"; Python itself ends with 1 or 2 on other errors. */
const DAMAGED = 3;
const NO_SPACE = 4;

/** python3 is there for pip anyway and reads zip archives, so no zip library is needed. */
const SCRIPT = `
import base64, csv, errno, hashlib, io, os, posixpath, sys, zipfile, zlib

wheel, target, *libraries = sys.argv[1:]
headers = 'tensorflow/include/'

def destination(name):
    if name in libraries:
        return 'deps/' + name if name.startswith('nvidia/') else 'deps/lib/' + posixpath.basename(name)
    if name.startswith(headers) and posixpath.normpath(name) == name:
        return 'deps/include/' + name[len(headers):]

def damaged(why):
    print(why, file=sys.stderr)
    sys.exit(${DAMAGED})

def extract(archive, name, wanted):
    path = os.path.join(target, destination(name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as source, open(path, 'wb') as copy:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            copy.write(chunk)
    found = 'sha256=' + base64.urlsafe_b64encode(digest.digest()).rstrip(b'=').decode()
    if found != wanted:
        damaged(f'{name} has {found}, its RECORD says {wanted or "nothing"}.')

def main():
    with zipfile.ZipFile(wheel) as archive:
        record = [name for name in archive.namelist() if name.endswith('.dist-info/RECORD')]
        if len(record) != 1:
            damaged('it has no RECORD.')
        with archive.open(record[0]) as file:
            listed = {row[0]: row[1] for row in csv.reader(io.TextIOWrapper(file, 'utf-8')) if destination(row[0])}
        missing = [name for name in libraries if name not in listed]
        if missing:
            damaged('its RECORD does not list ' + ', '.join(missing) + '.')
        for name, wanted in listed.items():
            extract(archive, name, wanted)

try:
    main()
except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
    damaged(str(error))
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(${NO_SPACE} if error.errno in (errno.ENOSPC, errno.EDQUOT) else 1)
`;

/** Makes deps/lib, deps/include and deps/nvidia in `folder`: `libraries`, and the headers where there are some. */
export async function extractWheel(
  { path, libraries }: { readonly path: string; readonly libraries: readonly string[] },
  folder: string,
  abort?: AbortSignal,
): Promise<void> {
  const outcome = await runCommand('python3', ['-c', SCRIPT, path, folder, ...libraries], { abort });
  const { status } = outcome;
  if (status === 0) return;
  if (outcome.missing) throw fail('E_PYTHON_MISSING', { detail: 'there is no python3.' });
  const detail = lastWords(outcome);
  if (status === DAMAGED) throw fail('E_WHEEL_DAMAGED', { file: basename(path), detail });
  if (status === NO_SPACE) throw fail('E_DISK', { folder, detail });
  throw fail('E_INTERNAL', { detail: `python3 could not unpack the wheel: ${detail}` });
}
