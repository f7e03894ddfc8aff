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

export interface View {
  readonly name: string;
  /** The question that it answers, for `--help`. */
  readonly answers: string;
  /** At most 100 columns wide, or `width` if it follows that; ends with a newline. `ledgers` is for views that show formulas in ledgers. */
  text(judgement: Judgement, colours: Colours, ledgers?: ShownLedgers, width?: number): string;
}

export const VIEWS: readonly View[] = [
  {
    name: 'scoreboard',
    answers: 'how far each formula is from the truth',
    text: (judgement, colours, ledgers = 'one', width) => scoreboardView(judgement, colours, ledgers, width),
  },
  {
    name: 'reconciliation',
    answers: 'what lies between the ledgers, byte by byte',
    text: ({ records }, colours) => reconciliationText(records, colours),
  },
  { name: 'laws', answers: 'which law each quantity follows, and which each formula has', text: lawsText },
  {
    name: 'metamorphic',
    answers: 'which formulas obey the laws that related configurations obey',
    text: ({ records, estimators }, colours) => metamorphicText(judgeLaws(records, estimators), estimators, colours),
  },
  {
    name: 'residuals',
    answers: 'which parts of a formula are off, and which errors hide each other',
    text: residualsText,
  },
  {
    name: 'grounds',
    answers: 'how much of each error is the formula, and how much an assumption that does not hold',
    text: ({ records, estimators }, colours) => groundsText(summariseGrounds(records, estimators), colours),
  },
];
