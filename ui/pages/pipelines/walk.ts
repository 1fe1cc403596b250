/** From card to card by arrow key: up and down within a stage, left and right to the next stage that has cards. */
const steps: Record<string, { across: number; down: number }> = {
  ArrowUp: { across: 0, down: -1 },
  ArrowDown: { across: 0, down: 1 },
  ArrowLeft: { across: -1, down: 0 },
  ArrowRight: { across: 1, down: 0 },
};

/** @param counts how many cards each stage shows, in order. Null: there is nowhere to go. */
export function stepFrom(
  counts: number[],
  at: { column: number; row: number },
  key: string,
): { column: number; row: number } | null {
  const step = steps[key];
  if (!step) return null;
  let column = at.column + step.across;
  while (step.across !== 0 && counts[column] === 0) column += step.across;
  const count = counts[column] ?? 0;
  const row = Math.min(at.row + step.down, step.across ? count - 1 : at.row + step.down);
  return row >= 0 && row < count ? { column, row } : null;
}

/** For `onkeydown` of the board. The cards' links take the focus. */
export function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const columns = [...event.currentTarget.querySelectorAll('section')].map((stage) => [
    ...stage.querySelectorAll<HTMLElement>('[data-card] a'),
  ]);
  const target = event.target as HTMLElement;
  const column = columns.findIndex((cards) => cards.includes(target));
  const next =
    column === -1
      ? // The board itself has the focus: its first card takes it.
        event.target === event.currentTarget && event.key in steps
        ? { column: columns.findIndex((cards) => cards.length > 0), row: 0 }
        : null
      : stepFrom(
          columns.map((cards) => cards.length),
          { column, row: columns[column]?.indexOf(target) ?? 0 },
          event.key,
        );
  if (!next) return;
  event.preventDefault();
  columns[next.column]?.[next.row]?.focus();
}
