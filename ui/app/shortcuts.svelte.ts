/** Keyboard shortcuts: pages register theirs while they are shown, the cheat sheet lists them. */

import { untrack } from 'svelte';

export interface Shortcut {
  /** As `KeyboardEvent.key`, e.g. `j`, `Enter`, ` `; two keys after each other as `g c`; with Ctrl or ⌘ as `mod+k`. */
  keys: string;
  label: string;
  group: string;
  /** Not given: only listed; what is on the screen hears the key itself. */
  run?: (event: KeyboardEvent) => void;
  /** Works while typing too. Only for `mod+…` and Escape. */
  whileTyping?: boolean;
}

const sequenceMs = 900;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input:not([type="checkbox"]):not([type="radio"]), textarea, select')
  );
}

/** A focused control keeps its own keys: Enter and space press it. */
function isPressed(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  const own =
    event.key === 'Enter'
      ? 'button, a, summary, [role="menuitem"], [role="option"]'
      : 'button, summary, [role="menuitem"], [role="option"]';
  return event.target instanceof Element && event.target.closest(own) !== null;
}

class Shortcuts {
  list = $state.raw<Shortcut[]>([]);
  #prefix = '';
  #prefixAt = 0;

  /** Registers shortcuts for as long as the calling effect lives; the latest wins. */
  use(shortcuts: Shortcut[]): () => void {
    // Callers are effects: they must not depend on the list they change.
    untrack(() => (this.list = [...this.list, ...shortcuts]));
    return () => {
      this.list = this.list.filter((one) => !shortcuts.includes(one));
    };
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const key = mod ? `mod+${event.key.toLowerCase()}` : event.key;
    const typing = isTyping(event.target);
    const sequence = event.timeStamp - this.#prefixAt < sequenceMs ? `${this.#prefix} ${key}` : '';
    this.#prefix = typing || mod ? '' : key;
    this.#prefixAt = event.timeStamp;
    if (isPressed(event)) return;
    // Within a menu or a dialog, single letters belong to it.
    const inside =
      event.target instanceof Element &&
      event.target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
    const found = this.#find(sequence) ?? this.#find(key);
    if (!found || (typing && !found.whileTyping) || (inside && !mod)) return;
    event.preventDefault();
    this.#prefix = '';
    found.run?.(event);
  }

  #find(keys: string): Shortcut | undefined {
    return keys ? this.list.findLast((one) => one.run && one.keys === keys) : undefined;
  }
}

export const shortcuts = new Shortcuts();
