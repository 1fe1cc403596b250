/** A template while it is written: what was saved, what changed, what it reads of a candidate. */
import { variablesOf } from '../../../engine/templates/render.ts';
import { api, read } from '../../app/api.ts';
import { queryClient } from '../../app/queries.ts';
import { unsaved } from '../../app/unsaved.svelte.ts';
import { texts } from '../../texts.ts';

interface Words {
  name: string;
  subject: string;
  body: string;
}

export class TemplateDraft {
  name = $state('');
  subject = $state('');
  body = $state('');
  saved = $state.raw<Words>({ name: '', subject: '', body: '' });
  busy = $state(false);
  problem = $state.raw<unknown>(null);

  readonly words = $derived<Words>({ name: this.name, subject: this.subject, body: this.body });
  readonly changed = $derived(
    this.name !== this.saved.name || this.subject !== this.saved.subject || this.body !== this.saved.body,
  );
  /** Empty while the template cannot be parsed; the preview says why. */
  readonly variables = $derived.by(() => {
    try {
      return variablesOf({ subject: this.subject, body: this.body });
    } catch {
      return [];
    }
  });

  #id: string | null = null;
  get #key(): string {
    return this.#id ?? 'new';
  }

  /** Takes what the server holds, unless something unsaved stands here. */
  load(id: string, words: Words): void {
    if (this.#id === id && this.changed) return;
    if (this.#id !== id) this.leave();
    this.#id = id;
    this.saved = words;
    this.#set(unsaved.templates.get(id) ?? words);
  }

  start(): void {
    this.saved = { name: '', ...texts.templates.starter };
    this.#set(unsaved.templates.get('new') ?? this.saved);
  }

  /** Going elsewhere: what is not saved stays for the next time. True when there is something. */
  leave(): boolean {
    if (this.changed) unsaved.templates.set(this.#key, this.words);
    else unsaved.templates.delete(this.#key);
    return this.changed;
  }

  /** The new version's number and the template's id; null when it was refused (see `problem`). */
  async save(id: string | null): Promise<{ id: string; version: number } | null> {
    this.busy = true;
    this.problem = null;
    const words = this.words;
    try {
      const done = await read(
        id === null
          ? api.templates.$post({ json: words })
          : api.templates[':id'].$put({ param: { id }, json: words }),
      );
      unsaved.templates.delete(this.#key);
      this.saved = words;
      this.#id = done.id;
      await queryClient.invalidateQueries({ queryKey: ['template'] });
      return done;
    } catch (error) {
      this.problem = error;
      return null;
    } finally {
      this.busy = false;
    }
  }

  #set(words: Words): void {
    this.name = words.name;
    this.subject = words.subject;
    this.body = words.body;
  }
}
