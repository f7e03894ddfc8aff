/** What people read of a judgement: the views that they asked for, and by which name to cite them. */
import type { Judgement } from '../accuracy/judge.ts';
import { reportId } from '../report/reportId.ts';
import type { ShownLedgers } from '../report/shownLedgers.ts';
import type { ViewName } from '../report/viewNames.ts';
import { VIEWS } from '../report/views.ts';
import { VERSION } from '../version.ts';
import { type Colours, terminalWidth } from './terminal.ts';

interface ScreenFlags {
  readonly colours: Colours;
  readonly ledger: ShownLedgers;
}

/** `more` stands below the views. The last line is the report's id. */
export function screenText(
  judgement: Judgement,
  views: readonly ViewName[],
  { colours, ledger }: ScreenFlags,
  more: readonly string[] = [],
): string {
  const blocks = [...views.map((view) => VIEWS[view](judgement, colours, ledger, terminalWidth())), ...more];
  return [...blocks, `report ${reportId(judgement.records)}, memproof ${VERSION}\n`].join('\n');
}
