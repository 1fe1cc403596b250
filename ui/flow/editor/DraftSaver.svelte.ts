/** Keeps the server's copy of a draft up to date: waits for a pause in typing, saves one at a time, never overwrites. */

import type { Graph } from '../../../engine/flow/schema.ts';
import { canonicalJson } from '../../../engine/plan/canonical.ts';
import { ApiProblem, sentenceOf } from '../../app/problem.ts';
import { loadDraft, saveDraft } from '../server.ts';
import type { FlowProblem } from './flow-problem.ts';
import { forgetDraft, type KeptDraft, keepDraft } from './kept-draft.ts';

const pauseMs = 700;
const retryMs = 5_000;

/** `conflict`: somebody else saved since; nothing is sent until a person has chosen. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

export class DraftSaver {
  state = $state<SaveState>('saved');
  /** Milliseconds since 1970. */
  savedAt = $state(0);
  /** Why the last attempt failed, as a sentence. */
  reason = $state('');
  /** What the server found in the draft it has. */
  problems = $state.raw<readonly FlowProblem[]>([]);
  /** In a conflict: the copy that somebody else saved. */
  theirs = $state.raw<Graph | null>(null);

  readonly #flowId: string;
  #revision: number;
  #pending: Graph | null = null;
  #saving: Promise<boolean> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    flowId: string,
    loaded: { revision: number; savedAt: string; problems: readonly FlowProblem[] },
  ) {
    this.#flowId = flowId;
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
    this.#pending = kept.graph;
    this.retry();
  }

  /** Saves this copy after a pause; a newer one takes its place. */
  keep(graph: Graph): void {
    this.#pending = graph;
    if (this.state === 'conflict') {
      this.putBy();
      return;
    }
    if (this.state !== 'saving') this.state = 'waiting';
    this.#wait(pauseMs);
  }

  /** Resolves once nothing is left to save. Answers false when it cannot be saved now; `reason` says why. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#pending) await this.#save();
    return this.state !== 'conflict' && this.state !== 'failed';
  }

  /** Ours replaces theirs, knowingly. */
  async keepOurs(): Promise<void> {
    const theirs = await loadDraft(this.#flowId);
    this.#revision = theirs.revision;
    this.theirs = null;
    this.state = 'waiting';
    await this.#save();
  }

  /** Theirs replaces ours; the caller shows the graph. */
  async takeTheirs(): Promise<Graph> {
    const theirs = await loadDraft(this.#flowId);
    this.#agree(theirs);
    return theirs.graph;
  }

  /** Tries again now. */
  retry(): void {
    this.#wait(0);
  }

  /** Keeps on this device what the server does not have yet. */
  putBy(): void {
    if (this.#pending) keepDraft(this.#flowId, { revision: this.#revision, graph: this.#pending });
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
        await this.#conflict();
        return false;
      }
      this.state = 'failed';
      const passing = !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;
      if (passing && !this.#stopped) this.#wait(retryMs);
      return false;
    }
  }

  async #conflict(): Promise<void> {
    const theirs = await loadDraft(this.#flowId).catch(() => null);
    // An answer that never came looks like a conflict with oneself: what was saved is what we have.
    if (theirs && this.#pending && canonicalJson(theirs.graph) === canonicalJson(this.#pending)) {
      this.#agree(theirs);
      return;
    }
    this.state = 'conflict';
    this.theirs = theirs?.graph ?? null;
  }

  /** The server's copy is the one that stands. */
  #agree(theirs: { revision: number; savedAt: string; problems: readonly FlowProblem[] }): void {
    this.#revision = theirs.revision;
    this.#pending = null;
    forgetDraft(this.#flowId);
    this.theirs = null;
    this.problems = theirs.problems;
    this.savedAt = Date.parse(theirs.savedAt);
    this.reason = '';
    this.state = 'saved';
  }
}
