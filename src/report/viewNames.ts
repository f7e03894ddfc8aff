/** The views of a judgement on a terminal, by the question that each answers. Apart from the views: the command line knows their names at once. */
export const VIEW_ANSWERS = {
  scoreboard: 'how far each formula is from the truth',
  reconciliation: 'what lies between the ledgers, byte by byte',
  laws: 'which law each quantity follows, and which each formula has',
  metamorphic: 'which formulas obey the laws that related configurations obey',
  residuals: 'which parts of a formula are off, and which errors hide each other',
  grounds: 'how much of each error is the formula, and how much an assumption that does not hold',
} as const;
export type ViewName = keyof typeof VIEW_ANSWERS;
export const VIEW_NAMES = Object.keys(VIEW_ANSWERS) as readonly ViewName[];
