/** The environment of GitHub Actions: whether we are in it, and where it takes annotations and summaries. */
import { appendFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { AccuracyComparison } from '../accuracy/baseline/changes.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { annotations, stepSummary } from '../report/github.ts';
import { annotationsOf, stepSummaryOf } from '../report/githubReport.ts';
import type { CommittedAccuracy } from './accuracyFiles.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Any CI: all of them set CI. */
export const inContinuousIntegration = (variables: Variables = process.env): boolean => (variables['CI'] ?? '') !== '';

/** Does Actions run us? */
export const inGitHubActions = (variables: Variables = process.env): boolean => variables['GITHUB_ACTIONS'] === 'true';

/** Tells GitHub what failed, where Actions runs us; elsewhere nothing happens. */
export function reportToGitHub(
  comparison: AccuracyComparison,
  file: string,
  { text, accuracy }: CommittedAccuracy,
  variables: Variables = process.env,
): void {
  if (!inGitHubActions(variables)) return;
  const path = inRepository(file, variables['GITHUB_WORKSPACE']);
  const shown = annotations(comparison, { path, text, rows: accuracy.rows });
  tellGitHub(shown, stepSummary(comparison, path), variables);
}

/** Tells GitHub what was judged; false where Actions does not run us or takes no summary, and somebody else has to show it. */
export function judgementToGitHub(judgement: Judgement, variables: Variables = process.env): boolean {
  if (!inGitHubActions(variables)) return false;
  return tellGitHub(annotationsOf(judgement), stepSummaryOf(judgement), variables);
}

/** True if the summary is where Actions looks for it. */
function tellGitHub(shown: string, summary: string, variables: Variables): boolean {
  // The runner reads workflow commands from both streams of a step (ScriptHandler of actions/runner), and stdout is the product.
  process.stderr.write(shown);
  const summaryFile = variables['GITHUB_STEP_SUMMARY'] ?? '';
  if (summaryFile === '') return false;
  try {
    appendFileSync(summaryFile, `${summary}\n`);
    return true;
  } catch (error) {
    // A summary that cannot be written changes no verdict.
    process.stderr.write(`memproof: warning: no step summary: ${error instanceof Error ? error.message : error}\n`);
    return false;
  }
}

/** The path from the root of the checkout, with slashes; as it is for a file outside of it. */
function inRepository(file: string, workspace: string | undefined): string {
  const path = relative(workspace || process.cwd(), resolve(file));
  return path.startsWith('..') ? file : path.replaceAll(sep, '/');
}
