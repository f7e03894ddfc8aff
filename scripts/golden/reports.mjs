/**
 * The golden reports: every format but HTML, of two committed records and a few formula sets. One record is of `quickstart`, with three of
 * its eight quantities; the other ran out of memory.
 */

/** Few, and those that change least: so that a golden file is read when it changes. The last has a row for every component. */
const FORMULAS = ['article-as-printed', 'korthikanti-2022', 'tfjs-closed-form'];

const TABLES = ['measurements.csv', 'comparisons.csv', 'accuracy.csv', 'reconciliation.csv'];

const plain = (text) => text;
const NO_COLOURS = { green: plain, red: plain, yellow: plain, bold: plain, dim: plain };

/** What the folder of golden reports holds beside the records: name → text. */
export function goldenReports(records, tools) {
  const { judge, ESTIMATORS, JUDGEMENT_CSV_FILES, DOCUMENTS, annotationsOf, scoreboardView } = tools;
  const judged = (ids) =>
    judge(
      records,
      ESTIMATORS.filter(({ id }) => ids.includes(id)),
    );
  const [whole, one] = [judged(FORMULAS), judged(FORMULAS.slice(0, 1))];
  const document = (wanted, judgement) => {
    const { file, text } = DOCUMENTS[wanted];
    return [file, [...text(judgement)].join('')];
  };
  const tables = JUDGEMENT_CSV_FILES.filter(({ file }) => TABLES.includes(file));
  return {
    ...Object.fromEntries(tables.map(({ file, text }) => [file, text(whole)])),
    ...Object.fromEntries([document('md', whole), document('json', one)]), // a step summary is report.md
    'annotations.txt': annotationsOf(whole),
    'terminal-80.txt': scoreboardView(whole, NO_COLOURS, 'one', 80),
  };
}
