/** Keeps the server's copy of a draft up to date: waits for a pause in typing, saves one at a time, never overwrites; what colleagues save comes in. */

import { type Choose, sameGraph } from '../../../engine/flow/merge.ts';
import { type Graph, graphSchema } from '../../../engine/flow/schema.ts';
import { ApiProblem, sentenceOf } from '../../app/problem.ts';
import { loadDraft, saveDraft } from '../server.ts';
import type { FlowEditor } from './FlowEditor.svelte.ts';
import type { FlowProblem } from './flow-problem.ts';
import { forgetDraft, type KeptDraft, keepDraft } from './kept-draft.ts';

const pauseMs = 700;
const retryMs = 5_000;

/** `conflict`: somebody else changed the same and saved first; nothing is sent until a person has chosen. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

type Loaded = Awaited<ReturnType<typeof loadDraft>>;

/** Of a draft kept without it: everything that differs is asked. */
const unknown = { name: '', settings: {}, nodes: [], edges: [] } as unknown as Graph;

export class DraftSaver {
  state = $state<SaveState>('saved');
  /** Milliseconds since 1970. */
  savedAt = $state(0);
  /** Why the last attempt failed, as a sentence. */
  reason = $state('');
  /** What the server found in the draft it has. */
  problems = $state.raw<readonly FlowProblem[]>([]);
  /** In a conflict: the copy that somebody else saved. */
  theirs = $state.raw<Loaded | null>(null);
  /** The server's copy that the edits since then started from. */
  base = $state.raw() as Graph;

  readonly #flowId: string;
  readonly #editor: FlowEditor;
  readonly #onbrought: (before: Graph, after: Graph) => void;
  #revision: number;
  #pending: Graph | null = null;
  #saving: Promise<boolean> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** `onbrought`: what a colleague saved has come into the editor's graph. */
  constructor(
    flowId: string,
    loaded: Loaded,
    editor: FlowEditor,
    onbrought: (before: Graph, after: Graph) => void,
  ) {
    this.#flowId = flowId;
    this.#editor = editor;
    this.#onbrought = onbrought;
    this.base = loaded.graph;
    this.#revision = loaded.revision;
    this.savedAt = Date.parse(loaded.savedAt);
    this.problems = loaded.problems;
  }

  get unsaved(): boolean {
    return this.#pending !== null || this.#saving !== null;
  }

  /** Takes up what could not be saved before, from the revision that it started from. */
  resume(kept: KeptDraft): void {
    this.#revision = kept.revision;
    this.base = kept.base ?? unknown;
    this.#pending = kept.graph;
    this.retry();
  }

  /** Saves this copy after a pause; a newer one takes its place. */
  keep(graph: Graph): void {
    if (!this.#saving && this.state !== 'conflict' && sameGraph(graph, this.base)) {
      this.#nothingLeft();
      return;
    }
    this.#pending = graph;
    if (this.state === 'conflict') {
      this.putBy();
      // Drawing on may have settled it.
      if (this.theirs) this.#bringIn(this.theirs);
      return;
    }
    if (this.state !== 'saving') this.state = 'waiting';
    this.#wait(pauseMs);
  }

  /** Resolves once nothing is left to save. Answers false when it cannot be saved now; `reason` says why. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#saving;
    // Once more for each colleague who was quicker.
    while (this.#pending && this.state !== 'conflict') {
      await this.#save();
      if (this.state === 'failed') break;
    }
    return this.state !== 'conflict' && this.state !== 'failed';
  }

  /** Somebody may have saved: with nothing unsaved here it comes in at once, else our next save finds out. */
  async look(): Promise<void> {
    await this.#saving;
    if (this.#isBusy()) return;
    const there = await loadDraft(this.#flowId).catch(() => null);
    const known = this.theirs?.revision ?? this.#revision;
    if (there && there.revision > known && !this.#isBusy()) this.#bringIn(there);
  }

  #isBusy(): boolean {
    return this.#stopped || (this.unsaved && this.state !== 'conflict');
  }

  /** A person has chosen, for each thing that both changed. */
  resolve(choose: Choose): void {
    if (!this.theirs) return;
    this.#editor.join(this.base, this.theirs.graph, choose);
    this.#agree(this.theirs);
  }

  /** Tries again now. */
  retry(): void {
    this.#wait(0);
  }

  /** Keeps on this device what the server does not have yet. */
  putBy(): void {
    if (this.#pending)
      keepDraft(this.#flowId, { revision: this.#revision, graph: this.#pending, base: this.base });
  }

  /** One more try; what fails is taken up when the flow is opened again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.putBy();
    if (this.#pending && this.state !== 'conflict') void this.#save();
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), ms);
  }

  async #save(): Promise<void> {
    if (this.#saving) {
      await this.#saving;
      return;
    }
    const graph = this.#pending;
    if (!graph) return;
    this.#pending = null;
    this.state = 'saving';
    this.#saving = this.#send(graph);
    const sent = await this.#saving;
    this.#saving = null;
    if (this.#pending && sent) this.#wait(pauseMs);
  }

  /** Answers whether it was saved. */
  async #send(graph: Graph): Promise<boolean> {
    try {
      const saved = await saveDraft(this.#flowId, graph, this.#revision);
      this.#revision = saved.revision;
      // As the server reads it: what is left out stands for a default.
      this.base = graphSchema.parse(graph);
      this.savedAt = Date.parse(saved.savedAt);
      this.problems = saved.problems;
      this.reason = '';
      forgetDraft(this.#flowId);
      this.state = this.#pending ? 'waiting' : 'saved';
      return true;
    } catch (error) {
      this.#pending ??= graph;
      this.putBy();
      this.reason = sentenceOf(error);
      if (error instanceof ApiProblem && (error.status === 409 || error.status === 412)) {
        const there = await loadDraft(this.#flowId).catch(() => null);
        if (there) {
          this.#bringIn(there);
          return false;
        }
      }
      this.state = 'failed';
      const passing = !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;
      if (passing && !this.#stopped) this.#wait(retryMs);
      return false;
    }
  }

  #bringIn(there: Loaded): void {
    const before = this.#editor.graph;
    if (this.#editor.join(this.base, there.graph).length > 0) {
      this.state = 'conflict';
      this.theirs = there;
      return;
    }
    this.#agree(there);
    if (this.#editor.graph !== before) this.#onbrought(before, this.#editor.graph);
  }

  /** The server's copy is in ours; what is only in ours is saved on top of it. */
  #agree(there: Loaded): void {
    this.#revision = there.revision;
    this.base = there.graph;
    this.theirs = null;
    this.problems = there.problems;
    this.savedAt = Date.parse(there.savedAt);
    this.reason = '';
    if (sameGraph(this.#editor.graph, there.graph)) {
      this.#nothingLeft();
      return;
    }
    this.#pending = this.#editor.graph;
    this.putBy();
    this.state = 'waiting';
    this.#wait(0);
  }

  #nothingLeft(): void {
    clearTimeout(this.#timer);
    this.#pending = null;
    forgetDraft(this.#flowId);
    this.state = 'saved';
  }
}
