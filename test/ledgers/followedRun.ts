/** A measuring run on real TensorFlow whose allocator is followed, and the lines that it wrote. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunConfig } from '../../src/config/schema.ts';
import { childEnvironment, type Observation, tensorflowVariables } from '../../src/runtime/variables.ts';

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export interface FollowedRunOptions {
  /** Measured steps, after two of warm-up. */
  readonly repeats?: number;
  readonly observation?: Observation;
  readonly variables?: NodeJS.ProcessEnv;
  /** JavaScript: what is done at every mark; it sees `statistics`. */
  readonly onMark?: string;
}

export interface FollowedRun {
  readonly status: number | null;
  readonly lines: readonly string[];
}

export function followedRun(
  config: RunConfig,
  { repeats = 1, observation = 'none', variables = {}, onMark = '' }: FollowedRunOptions = {},
): FollowedRun {
  const code = `
    import { writeSync } from 'node:fs';
    import { loadRuntime } from '${compiled('runtime/load.js')}';
    import { measureMemory } from '${compiled('measure/run.js')}';
    const runtime = loadRuntime('tensorflow');
    const { statistics } = runtime;
    statistics.followAllocations();
    await measureMemory(runtime, ${JSON.stringify(config)}, ${repeats}, () => { ${onMark} }, () => {});`;
  const env = { ...childEnvironment(process.env, tensorflowVariables(config.runtime, observation)), ...variables };
  const folder = mkdtempSync(join(tmpdir(), 'memproof-followed-'));
  const file = openSync(join(folder, 'stderr.log'), 'w+'); // a pipe would lose lines
  try {
    const stdio = ['ignore', 'ignore', file] as const;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env, stdio: [...stdio] });
    return { status, lines: readFileSync(join(folder, 'stderr.log'), 'utf8').split('\n') };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** Its lines. Throws its last words if it did not come to its end. */
export function followedLines(config: RunConfig, options: FollowedRunOptions = {}): readonly string[] {
  const { status, lines } = followedRun(config, options);
  if (status !== 0) throw new Error(lines.slice(-10).join('\n'));
  return lines;
}
