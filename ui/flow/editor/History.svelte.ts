/** Undo and redo over values that are never changed in place. Edits with the same key, close together, are one step. */

const limit = 200;
const togetherMs = 1_200;

export class History<T> {
  present = $state.raw() as T;
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  #key: string | null = null;
  #at = 0;

  constructor(first: T) {
    this.present = first;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** `key`: which thing is being typed at; null for a step of its own. `now` in milliseconds. */
  push(next: T, key: string | null, now: number): void {
    if (next === this.present) return;
    const goesOn = key !== null && key === this.#key && now - this.#at < togetherMs;
    if (!goesOn) this.#past = [...this.#past.slice(-limit + 1), this.present];
    this.#key = key;
    this.#at = now;
    this.#future = [];
    this.present = next;
  }

  /** Every state becomes what `mend` makes of it, the present one `present`; a step that no longer changes anything is gone. */
  rebase(present: T, mend: (state: T) => T, same: (a: T, b: T) => boolean): void {
    const differs = (state: T, i: number, all: readonly T[]) => i === 0 || !same(state, all[i - 1] as T);
    const before = [present, ...this.#past.map(mend).reverse()].filter(differs);
    const after = [present, ...this.#future.map(mend)].filter(differs);
    this.#past = before.slice(1).reverse();
    this.#future = after.slice(1);
    this.present = present;
    this.#key = null;
  }

  undo(): boolean {
    const before = this.#past.at(-1);
    if (before === undefined) return false;
    this.#future = [this.present, ...this.#future];
    this.#past = this.#past.slice(0, -1);
    this.present = before;
    this.#key = null;
    return true;
  }

  redo(): boolean {
    const [after, ...rest] = this.#future;
    if (after === undefined) return false;
    this.#past = [...this.#past, this.present];
    this.#future = rest;
    this.present = after;
    this.#key = null;
    return true;
  }
}
