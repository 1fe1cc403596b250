/** What the keyboard does on the canvas; everything the pointer can do has its key here. */
import type { Shortcut } from '../../app/shortcuts.svelte.ts';
import { flowTexts as t } from '../texts.ts';

export interface EditorActions {
  insert(): void;
  insertTrigger(): void;
  remove(): void;
  duplicate(): void;
  undo(): void;
  redo(): void;
  tidy(): void;
  fit(): void;
  zoom(by: 1 | -1): void;
  actualSize(): void;
  step(direction: 'up' | 'down' | 'left' | 'right', event: KeyboardEvent): void;
  open(): void;
  selectAll(): void;
  escape(): void;
  test(): void;
  copy(): void;
}

/** Without the right to edit only looking around is left. */
export function editorKeys(mayEdit: boolean, act: EditorActions): Shortcut[] {
  const k = t.keys;
  const look = (keys: string, label: string, run: (event: KeyboardEvent) => void): Shortcut => ({
    keys,
    label,
    group: k.groups.canvas,
    run,
  });
  const edit = (keys: string, label: string, run: (event: KeyboardEvent) => void): Shortcut => ({
    keys,
    label,
    group: k.groups.editing,
    run,
  });
  const looking = [
    look('ArrowDown', k.down, (event) => act.step('down', event)),
    look('ArrowUp', k.up, (event) => act.step('up', event)),
    look('ArrowLeft', k.left, (event) => act.step('left', event)),
    look('ArrowRight', k.right, (event) => act.step('right', event)),
    look('Enter', k.open, act.open),
    look('Escape', k.escape, act.escape),
    look('f', k.fit, act.fit),
    look('+', k.zoomIn, () => act.zoom(1)),
    look('-', k.zoomOut, () => act.zoom(-1)),
    look('0', k.actualSize, act.actualSize),
    look('t', k.test, act.test),
    look('mod+c', k.copy, act.copy),
    look('mod+a', k.selectAll, act.selectAll),
  ];
  if (!mayEdit) return looking;
  return [
    ...looking,
    edit('/', k.insert, act.insert),
    edit('a', k.insert, act.insert),
    edit('A', k.insertTrigger, act.insertTrigger),
    edit('Delete', k.remove, act.remove),
    edit('Backspace', k.remove, act.remove),
    edit('mod+d', k.duplicate, act.duplicate),
    edit('mod+z', k.undo, (event) => (event.shiftKey ? act.redo() : act.undo())),
    edit('mod+y', k.redo, act.redo),
    edit('L', k.tidy, act.tidy),
  ];
}
