/** What the machine must have, checked before anything is downloaded. */
import { statfsSync } from 'node:fs';
import { fail } from '../../errors.ts';
import { lastWords, runCommand } from './command.ts';
import { compilerCommand } from './compile.ts';

export function requirePlatform(platform: string = process.platform, arch: string = process.arch): void {
  if (platform !== 'linux' || arch !== 'x64') throw fail('E_PLATFORM', { platform, arch });
}

export async function requireCompiler(abort?: AbortSignal): Promise<void> {
  const [program, ...args] = compilerCommand();
  const outcome = await runCommand(program, [...args, '--version'], { abort });
  if (outcome.missing) throw fail('E_COMPILER_MISSING', { detail: `there is no ${program}.` });
  if (outcome.status !== 0) throw fail('E_COMPILER_MISSING', { detail: `\`${program}\`: ${lastWords(outcome, 1)}` });
}

export function requireDisk(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw fail('E_DISK', { folder, detail: `${megabytes(freeBytes)} are free, ${megabytes(neededBytes)} needed.` });
}

export const megabytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
