/** The machine below everything: platform, C library, processor. */
import { readFileSync } from 'node:fs';
import type { Wheel } from '../setup/wheel.ts';
import { type Finding, fatal, ok, warning } from './finding.ts';

export const machineFindings = (wheel: Wheel | null): Finding[] => [
  platformFinding(process.platform, process.arch),
  glibcFinding(glibcVersion(), wheel?.glibc ?? '2.17'),
  processorFinding(readOrNull('/proc/cpuinfo')),
];

export function platformFinding(platform: string, arch: string): Finding {
  const fact = `Platform ${platform}-${arch}.`;
  const fit = platform === 'linux' && arch === 'x64';
  return fit
    ? ok('platform', fact)
    : fatal('platform', { fact, remedy: 'Use Linux on x86-64: TensorFlow is set up nowhere else.' });
}

/** `wanted` is the oldest version that the wheel's libraries load with. */
export function glibcFinding(version: string | null, wanted: string): Finding {
  const remedy = 'Use a newer distribution with glibc, such as Debian 12.';
  if (version === null)
    return fatal('glibc', { fact: 'There is no glibc.', cause: 'Probably musl, as in Alpine.', remedy });
  const fact = `glibc ${version}.`;
  if (!isOlder(version, wanted)) return ok('glibc', fact);
  return fatal('glibc', { fact, cause: `This TensorFlow needs glibc ${wanted}.`, remedy });
}

/** Compares dotted numbers. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version.split('.').map(Number), than.split('.').map(Number)];
  const differing = right.findIndex((part, index) => (left[index] ?? 0) !== part);
  return differing !== -1 && (left[differing] ?? 0) < (right[differing] ?? 0);
}

/** TensorFlow's wheels are compiled for AVX; without it the library dies with SIGILL. */
export function processorFinding(cpuinfo: string | null): Finding {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ');
  if (flags === undefined)
    return warning('processor', { fact: 'Whether the processor has AVX is unknown.', remedy: 'Look at lscpu.' });
  if (flags.includes('avx')) return ok('processor', 'The processor has AVX.');
  return fatal('processor', {
    fact: 'The processor has no AVX, which TensorFlow needs.',
    cause: 'Some virtual machines hide it.',
    remedy: 'Use another machine, or let the virtual one show the processor of its host.',
  });
}

function glibcVersion(): string | null {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (report === undefined) return null;
  report.excludeNetwork = true; // no look-up of host names
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}

export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
