/** What a judgement looks like on a terminal: one view per question, chosen with `--show`. */
import { summariseGrounds } from '../accuracy/groundSummary.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { scoreboard } from '../accuracy/score.ts';
import { groundsText } from './groundsText.ts';
import { reconciliationText } from './reconciliationTable.ts';
import { type Colours, scoreboardText } from './scoreboard.ts';

export interface View {
  readonly name: string;
  /** The question that it answers, for `--help`. */
  readonly answers: string;
  /** At most 100 columns wide; ends with a newline. */
  text(judgement: Judgement, colours: Colours): string;
}

export const VIEWS: readonly View[] = [
  {
    name: 'scoreboard',
    answers: 'how far each formula is from the truth',
    text: ({ comparisons }, colours) => scoreboardText(scoreboard(comparisons), colours),
  },
  {
    name: 'reconciliation',
    answers: 'what lies between the ledgers, byte by byte',
    text: ({ records }, colours) => reconciliationText(records, colours),
  },
  {
    name: 'grounds',
    answers: 'how much of each error is the formula, and how much an assumption that does not hold',
    text: ({ records, estimators }, colours) => groundsText(summariseGrounds(records, estimators), colours),
  },
];
