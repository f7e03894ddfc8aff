/** One value per quantity and ledger. Two small maps: a text of both would be made and hashed at every look. */
import type { Ledger, Quantity } from '../records/quantity.ts';

export class ReadingTable<Value> {
  readonly #byQuantity = new Map<Quantity, Map<Ledger, Value>>();

  get(quantity: Quantity, ledger: Ledger): Value | undefined {
    return this.#byQuantity.get(quantity)?.get(ledger);
  }

  set(quantity: Quantity, ledger: Ledger, value: Value): void {
    const byLedger = this.#byQuantity.get(quantity);
    if (byLedger === undefined) this.#byQuantity.set(quantity, new Map([[ledger, value]]));
    else byLedger.set(ledger, value);
  }
}
