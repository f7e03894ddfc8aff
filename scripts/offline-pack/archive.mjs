/** The staged folder as pieces with checksums. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.mjs';

/** A pipe of three programs needs a shell; what a failed one says must not be lost behind the exit code of the last. */
const PIPE = `
set -o pipefail
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --dereference -cf - -C "$1" . | xz -T0 "-$2" | split -b "$3" -d - "$4"
`;

/** `<name>.tar.xz.00…`; split goes on with 9000 after 89, so that they sort. Returns their number and bytes. */
export async function makePieces({ stage, out, name, options, abort }) {
  const prefix = join(out, `${name}.tar.xz.`);
  await runProgram('bash', ['-c', PIPE, 'bash', stage, String(options.xz), `${options.pieceMib}M`, prefix], { abort });
  const pieces = readdirSync(out)
    .filter((file) => file.startsWith(`${name}.tar.xz.`))
    .sort();
  const sums = await runProgram('sha256sum', ['--', ...pieces], { cwd: out, abort });
  writeFileSync(join(out, 'SHA256SUMS'), sums);
  return { pieces: pieces.length, bytes: pieces.reduce((sum, piece) => sum + statSync(join(out, piece)).size, 0) };
}
