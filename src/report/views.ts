/** What a judgement looks like on a terminal: one view per question, chosen with `--show`. */
import { summariseGrounds } from '../accuracy/grounds/summary.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { judgeLaws } from '../accuracy/metamorphic/judgeLaws.ts';
import { groundsText } from './groundsText.ts';
import { lawsText } from './lawsText.ts';
import { metamorphicText } from './metamorphicText.ts';
import { reconciliationText } from './reconciliationTable.ts';
import { residualsText } from './residualsText.ts';
import type { Colours } from './scoreboard.ts';
import { scoreboardView } from './scoreboardView.ts';
import type { ShownLedgers } from './shownLedgers.ts';
import type { ViewName } from './viewNames.ts';

/** At most 100 columns wide, or `width` if it follows that; ends with a newline. `ledgers` is for views that show formulas in ledgers. */
export type View = (judgement: Judgement, colours: Colours, ledgers?: ShownLedgers, width?: number) => string;

export const VIEWS: Readonly<Record<ViewName, View>> = {
  scoreboard: (judgement, colours, ledgers = 'one', width) => scoreboardView(judgement, colours, ledgers, width),
  reconciliation: ({ records }, colours) => reconciliationText(records, colours),
  laws: lawsText,
  metamorphic: ({ records, estimators }, colours) =>
    metamorphicText(judgeLaws(records, estimators), estimators, colours),
  residuals: residualsText,
  grounds: ({ records, estimators }, colours) => groundsText(summariseGrounds(records, estimators), colours),
};
