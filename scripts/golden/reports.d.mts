import type { judge } from '../../src/accuracy/judge.ts';
import type { ESTIMATORS } from '../../src/estimators/index.ts';
import type { JudgedRecord } from '../../src/records/judged.ts';
import type { JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import type { DOCUMENTS } from '../../src/report/documents.ts';
import type { annotationsOf } from '../../src/report/githubReport.ts';
import type { scoreboardView } from '../../src/report/scoreboardView.ts';

interface Tools {
  readonly judge: typeof judge;
  readonly ESTIMATORS: typeof ESTIMATORS;
  readonly JUDGEMENT_CSV_FILES: typeof JUDGEMENT_CSV_FILES;
  readonly DOCUMENTS: typeof DOCUMENTS;
  readonly annotationsOf: typeof annotationsOf;
  readonly scoreboardView: typeof scoreboardView;
}

export function goldenReports(records: readonly JudgedRecord[], tools: Tools): Record<string, string>;
