/** What is being written and not saved yet, by what it belongs to: it survives going elsewhere, and signing in again. Not the page's end. */
import { SvelteMap } from 'svelte/reactivity';

export const unsaved = {
  notes: new SvelteMap<string, string>(),
  templates: new SvelteMap<string, { name: string; subject: string; body: string }>(),
};
