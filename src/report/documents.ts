/** Every report that is one document: what `--format` writes into the folder, or prints where there is none. */
import type { Judgement } from '../accuracy/judge.ts';
import type { DocumentFormat } from './documentFormats.ts';
import { stepSummaryOf } from './githubReport.ts';
import { jsonReport } from './jsonReport.ts';
import { markdownReport } from './markdownReport.ts';

interface JudgementDocument {
  readonly file: string;
  /** In pieces, because a report of many records may be longer than a text can be. */
  text(judgement: Judgement): Iterable<string>;
}

export const DOCUMENTS: Readonly<Record<DocumentFormat, JudgementDocument>> = {
  md: { file: 'report.md', text: (judgement) => [markdownReport(judgement)] },
  json: { file: 'report.json', text: jsonReport },
  github: { file: 'step-summary.md', text: (judgement) => [stepSummaryOf(judgement)] },
};
