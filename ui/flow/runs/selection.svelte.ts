/** Which of the listed runs are picked by hand: only those on the way, and only while they are listed. */
import { SvelteSet } from 'svelte/reactivity';
import type { RunRow } from '../server.ts';

export const isOnTheWay = (row: Pick<RunRow, 'status'>) => row.status === 'open' || row.status === 'blocked';

export class RunSelection {
  readonly #rows: () => readonly RunRow[];
  readonly #picked = new SvelteSet<string>();
  /** Those of the list who can be repaired; a list of those who are over has none. */
  readonly able = $derived.by(() => this.#rows().filter(isOnTheWay));
  readonly chosen = $derived.by(() => this.able.map((row) => row.id).filter((id) => this.#picked.has(id)));

  constructor(rows: () => readonly RunRow[]) {
    this.#rows = rows;
  }

  get isWhole(): boolean {
    return this.chosen.length === this.able.length;
  }

  get isPart(): boolean {
    return this.chosen.length > 0 && !this.isWhole;
  }

  has(id: string): boolean {
    return this.#picked.has(id);
  }

  /** Nothing happens to one who is on no way. */
  toggle(row: RunRow): void {
    if (isOnTheWay(row) && !this.#picked.delete(row.id)) this.#picked.add(row.id);
  }

  toggleAll(): void {
    if (this.isWhole) this.#picked.clear();
    else for (const row of this.able) this.#picked.add(row.id);
  }

  clear(): void {
    this.#picked.clear();
  }
}
