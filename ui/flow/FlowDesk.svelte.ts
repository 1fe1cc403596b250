/** One flow on the desk: what the server says of it, its draft being edited, and what can be done to the whole. */
import { untrack } from 'svelte';
import { noNames } from '../../engine/flow/describe.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { sentenceOf } from '../app/problem.ts';
import { queryClient } from '../app/queries.ts';
import { go } from '../app/router.svelte.ts';
import { session } from '../app/session.svelte.ts';
import { toasts } from '../app/toast.svelte.ts';
import { bringBack, putAway } from './archive.ts';
import { broughtIn } from './editor/brought-in.ts';
import { DraftSaver } from './editor/DraftSaver.svelte.ts';
import { FlowEditor } from './editor/FlowEditor.svelte.ts';
import { keptDraft } from './editor/kept-draft.ts';
import {
  type InFlight,
  loadDraft,
  loadFlow,
  pauseFlow,
  publishFlow,
  renameFlow,
  resumeFlow,
} from './server.ts';
import { flowTexts as t } from './texts.ts';
import { WorkspaceLists } from './workspace.svelte.ts';

export type FlowSummary = Awaited<ReturnType<typeof loadFlow>>;

export const flowKey = (id: string) => ['flow', id, 'summary'];

export class FlowDesk {
  readonly id: string;
  readonly lists = new WorkspaceLists();
  flow = $state.raw<FlowSummary | null>(null);
  editor = $state.raw<FlowEditor | null>(null);
  saver = $state.raw<DraftSaver | null>(null);
  /** Why it could not be opened, as a sentence. */
  problem = $state<string | null>(null);
  busy = $state(false);
  #kept: Graph | null = null;
  #told = 0;

  constructor(id: string) {
    this.id = id;
  }

  get zone(): string {
    return session.me.workspace.timeZone;
  }

  async open(): Promise<void> {
    try {
      const [flow, draft] = await Promise.all([loadFlow(this.id), loadDraft(this.id)]);
      const kept = session.may('recruiter') ? keptDraft(this.id) : null;
      const graph = kept?.graph ?? draft.graph;
      const templates = graph.nodes.flatMap((node) =>
        typeof node.data.templateId === 'string' ? [node.data.templateId] : [],
      );
      await this.lists.load(templates);
      this.flow = flow;
      const editor = new FlowEditor(graph, this.lists);
      this.saver = new DraftSaver(this.id, draft, editor, (before, after) => this.#tell(before, after));
      this.editor = editor;
      this.#kept = graph;
      if (kept) {
        this.saver.resume(kept);
        toasts.show(t.bar.takenUp);
      }
      this.problem = null;
    } catch (error) {
      this.problem = sentenceOf(error);
    }
  }

  /** Call whenever the graph may have changed. */
  keep(graph: Graph): void {
    if (graph === this.#kept || !session.may('recruiter')) return;
    this.#kept = graph;
    untrack(() => this.saver?.keep(graph));
  }

  /** Says what a colleague's changes did; the newest word takes the place of the last. */
  #tell(before: Graph, after: Graph): void {
    const text = broughtIn(before, after, this.editor?.names ?? noNames);
    if (!text) return;
    toasts.dismiss(this.#told);
    this.#told = toasts.show(text);
  }

  async rename(name: string): Promise<void> {
    await this.#act(async () => {
      await renameFlow(this.id, name);
    });
  }

  /** `override`: why it may go live though a scenario is red. Answers the new version's number; null when it was refused, with the sentence shown. */
  async publish(
    note: string,
    inFlight: InFlight[],
    override = '',
    onHold = this.flow?.onHold ?? false,
  ): Promise<number | null> {
    let published: number | null = null;
    await this.#act(async () => {
      if (this.saver && !(await this.saver.flush())) {
        toasts.problem(this.saver.reason);
        return;
      }
      published = (await publishFlow(this.id, note.trim(), override.trim(), inFlight, onHold)).number;
    });
    return published;
  }

  async pause(): Promise<void> {
    await this.#act(async () => {
      await pauseFlow(this.id);
      toasts.show(t.bar.paused, { label: t.bar.resume, run: () => void this.resume() });
    });
  }

  async resume(): Promise<void> {
    await this.#act(async () => {
      await resumeFlow(this.id);
    });
  }

  async archive(): Promise<void> {
    if (!this.flow) return;
    this.busy = true;
    if (await putAway(this.flow)) go('/flows');
    this.busy = false;
  }

  async bringBack(): Promise<void> {
    if (!this.flow) return;
    this.busy = true;
    if (await bringBack(this.flow)) await this.refresh();
    this.busy = false;
  }

  /** Reads the flow's summary again, after a change on the server for instance. */
  async refresh(): Promise<void> {
    this.flow = await queryClient.fetchQuery({
      queryKey: flowKey(this.id),
      queryFn: () => loadFlow(this.id),
      staleTime: 0,
    });
  }

  close(): void {
    this.saver?.stop();
  }

  async #act(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
      await this.refresh();
      void queryClient.invalidateQueries({ queryKey: ['flow'] });
    } catch (error) {
      toasts.problem(sentenceOf(error));
    } finally {
      this.busy = false;
    }
  }
}
