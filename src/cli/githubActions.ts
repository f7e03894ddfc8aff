/** The environment of GitHub Actions: whether we are in it, and where it takes annotations and summaries. */
import { appendFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { AccuracyComparison } from '../accuracy/baseline/changes.ts';
import { annotations, stepSummary } from '../report/github.ts';
import type { CommittedAccuracy } from './accuracyFiles.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Any CI: all of them set CI. */
export const inContinuousIntegration = (variables: Variables = process.env): boolean => (variables['CI'] ?? '') !== '';

/** Tells GitHub what failed, where Actions runs us; elsewhere nothing happens. */
export function reportToGitHub(
  comparison: AccuracyComparison,
  file: string,
  { text, accuracy }: CommittedAccuracy,
  variables: Variables = process.env,
): void {
  if (variables['GITHUB_ACTIONS'] !== 'true') return;
  const path = inRepository(file, variables['GITHUB_WORKSPACE']);
  // The runner reads workflow commands from both streams of a step (ScriptHandler of actions/runner), and stdout is the product.
  process.stderr.write(annotations(comparison, { path, text, rows: accuracy.rows }));
  const summaryFile = variables['GITHUB_STEP_SUMMARY'] ?? '';
  if (summaryFile === '') return;
  try {
    appendFileSync(summaryFile, `${stepSummary(comparison, path)}\n`);
  } catch (error) {
    // A summary that cannot be written changes no verdict.
    process.stderr.write(`memproof: warning: no step summary: ${error instanceof Error ? error.message : error}\n`);
  }
}

/** The path from the root of the checkout, with slashes; as it is for a file outside of it. */
function inRepository(file: string, workspace: string | undefined): string {
  const path = relative(workspace || process.cwd(), resolve(file));
  return path.startsWith('..') ? file : path.replaceAll(sep, '/');
}
