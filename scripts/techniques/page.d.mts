/** The records of the sweep `techniques`, as a store has them → the page docs/techniques.md. */
export function page(jsonLines: string): string;
