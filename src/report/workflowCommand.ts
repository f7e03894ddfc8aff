/** Lines that GitHub Actions takes for commands: `::error file=…,line=…,title=…::…`. */
import { plainLine } from './plainLine.ts';

/** GitHub keeps ten annotations of each type per step and drops the rest without a word (`_maxIssueCount` of actions/runner). */
export const MOST_ANNOTATIONS = 10;

/** One annotation. What separates is escaped, so that no text can end it or begin another. */
export function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${pairs.join(',')}::${escapeData(message)}`;
}

/** As actions/toolkit escapes what stands after the second `::` … */
const escapeData = (text: string): string =>
  text
    .split(/(\r|\n)/)
    .map((part) => (part === '\r' ? '%0D' : part === '\n' ? '%0A' : plainLine(part).replaceAll('%', '%25')))
    .join('');

/** … and what stands before it, where colon and comma separate. */
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
