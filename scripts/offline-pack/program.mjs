/** The programs that do the work: binutils, tar, xz, coreutils, npm. */
import { run } from '../bootstrap/command.mjs';
import { EXIT, firstLines, problem } from '../bootstrap/problem.mjs';

const PACKAGES = { strip: 'binutils', xz: 'xz-utils', bash: 'bash', npm: 'npm, which comes with Node' };

/** Runs it to its end and returns what it wrote. Throws E_PROGRAM_MISSING, E_PROGRAM_FAILED. */
export async function runProgram(program, args, { cwd, abort }) {
  const { missing, status, output } = await run(program, args, { cwd, abort });
  if (missing) {
    const remedy = `Install ${PACKAGES[program] ?? program}.`;
    throw problem('E_PROGRAM_MISSING', EXIT.environment, `The program ${program} is needed to make a pack.`, remedy);
  }
  if (status === 0) return output;
  const words = firstLines(output) || `exit code ${status}`;
  throw problem(
    'E_PROGRAM_FAILED',
    EXIT.environment,
    `${program} failed: ${words}`,
    'If it says nothing else, see whether the disk is full; nothing of the pack is kept.',
  );
}
