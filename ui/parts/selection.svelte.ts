/** Which row of a list is current and which are selected; the keys and the mouse both go through here. */
import { SvelteSet } from 'svelte/reactivity';
import { shortcuts } from '../app/shortcuts.svelte.ts';
import { texts } from '../texts.ts';

interface Rows {
  /** Ids in the order shown. */
  ids: () => string[];
  /** Brings a row on screen and puts the focus on it. */
  reveal: (index: number) => void;
  open: (id: string) => void;
  /** False: rows are only gone through and opened. */
  selectable?: boolean;
}

export class Selection {
  /** The current row; -1 before the first key. */
  active = $state(-1);
  readonly chosen = new SvelteSet<string>();
  #anchor = -1;
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  get count(): number {
    return this.chosen.size;
  }

  move(by: number): void {
    const last = this.#rows.ids().length - 1;
    if (last < 0) return;
    this.active = Math.min(last, Math.max(0, this.active + by));
    this.#rows.reveal(this.active);
  }

  toggle(index: number): void {
    const id = this.#rows.ids()[index];
    if (id === undefined) return;
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.active = index;
    this.#anchor = index;
  }

  /** Selects everything between the last toggled row and this one. */
  extend(index: number): void {
    const from = this.#anchor === -1 ? Math.max(this.active, 0) : this.#anchor;
    for (const id of this.#rows.ids().slice(Math.min(from, index), Math.max(from, index) + 1))
      this.chosen.add(id);
    this.active = index;
  }

  clear(): void {
    this.chosen.clear();
    this.#anchor = -1;
  }

  openActive(): void {
    const id = this.#rows.ids()[this.active];
    if (id !== undefined) this.#rows.open(id);
  }

  /** Registers the list's keys; returns the way to stop. */
  keys(): () => void {
    const { keys, groups } = texts.common;
    const key = (name: string, label: string, run: () => void) => ({
      keys: name,
      label,
      group: groups.list,
      run,
    });
    return shortcuts.use([
      key('j', keys.next, () => this.move(1)),
      key('ArrowDown', keys.next, () => this.move(1)),
      key('k', keys.previous, () => this.move(-1)),
      key('ArrowUp', keys.previous, () => this.move(-1)),
      key('Enter', keys.open, () => this.openActive()),
      ...(this.#rows.selectable === false
        ? []
        : [
            key(' ', keys.select, () => this.toggle(this.active)),
            key('x', keys.select, () => this.toggle(this.active)),
            key('Escape', keys.escape, () => this.clear()),
          ]),
    ]);
  }
}
