/** A flow while it is being drawn: graph, selection, history. Every change is one of the engine's pure edits. */
import { describeNode, namesFrom, typeOf } from '../../../engine/flow/describe.ts';
import * as edit from '../../../engine/flow/edit.ts';
import { layout } from '../../../engine/flow/layout.ts';
import { type Choose, type Conflict, mergeGraphs, sameGraph } from '../../../engine/flow/merge.ts';
import type { Problem } from '../../../engine/flow/problem.ts';
import { type FlowWorld, findProblems } from '../../../engine/flow/problems.ts';
import type { FlowNode, FlowSettings, Graph, NodeId } from '../../../engine/flow/schema.ts';
import type { Scenario } from '../../../engine/scenarios/scenario.ts';
import { clock } from '../../app/clock.svelte.ts';
import { session } from '../../app/session.svelte.ts';
import { calendar } from '../calendar.svelte.ts';
import { nodeHeight } from '../canvas/measure.ts';
import type { Point } from '../canvas/route.ts';
import type { Workspace } from '../inspector/choices.ts';
import { pieceFromText, pieceToText } from './clipboard.ts';
import { History } from './History.svelte.ts';

/** Where the next step goes: in an edge, after a port, or just somewhere. */
export type Spot = { edge: string } | { after: edit.PortOf; at?: Point | undefined } | { at: Point } | null;

const newId = (): NodeId => crypto.randomUUID().slice(0, 8);

export class FlowEditor {
  selection = $state.raw<readonly NodeId[]>([]);
  selectedEdges = $state.raw<readonly string[]>([]);
  readonly #history: History<Graph>;
  readonly #lists: { readonly value: Workspace };

  /** `lists` is read whenever it is needed, so it may fill up later. */
  constructor(graph: Graph, lists: { readonly value: Workspace }) {
    this.#history = new History(graph);
    this.#lists = lists;
    void calendar.load();
  }

  get workspace(): Workspace {
    return this.#lists.value;
  }

  readonly #world: FlowWorld = $derived.by(() => {
    const loaded = calendar.value;
    const timeZone = session.me.workspace.timeZone;
    return loaded
      ? { ...this.workspace, now: { at: clock.now, timeZone, calendar: loaded } }
      : this.workspace;
  });
  readonly graph: Graph = $derived.by(() => this.#history.present);
  readonly names = $derived.by(() => namesFrom(this.workspace));
  readonly views = $derived.by(
    () => new Map(this.graph.nodes.map((node) => [node.id, describeNode(node, this.names)])),
  );
  /** Positions do not matter to problems, but a check of a whole flow is quick enough to run after a drag, too. */
  readonly problems: readonly Problem[] = $derived.by(() => findProblems(this.graph, this.#world));
  /** The one chosen node; null when there is none or several. */
  readonly chosen: FlowNode | null = $derived.by(() =>
    this.selection.length === 1
      ? (this.graph.nodes.find((node) => node.id === this.selection[0]) ?? null)
      : null,
  );

  get canUndo(): boolean {
    return this.#history.canUndo;
  }
  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  problemsOf(node: NodeId): Problem[] {
    return this.problems.filter((problem) => problem.node === node);
  }

  select(nodes: readonly NodeId[], edges: readonly string[] = []): void {
    if (nodes.join() !== this.selection.join()) this.selection = nodes;
    if (edges.join() !== this.selectedEdges.join()) this.selectedEdges = edges;
  }

  /** Puts a new step where the spot says; answers its id. */
  add(type: string, spot: Spot = this.nextSpot()): NodeId {
    const node: edit.NewNode = { id: newId(), type, data: { ...typeOf({ type })?.initial } };
    const isTrigger = this.#isTrigger(type);
    this.#change(this.#added(node, isTrigger && spot && !('at' in spot && !('after' in spot)) ? null : spot));
    this.select([node.id]);
    return node.id;
  }

  #added(node: edit.NewNode, spot: Spot): Graph {
    if (spot && 'edge' in spot) return edit.insertOnEdge(this.graph, spot.edge, node, this.#measure);
    if (spot && 'after' in spot) {
      const added = edit.addAfter(this.graph, spot.after, node, this.#measure);
      return spot.at ? edit.moveNodes(added, [{ id: node.id, position: spot.at }]) : added;
    }
    return edit.place(this.graph, node, spot?.at ?? this.#besideAll());
  }

  /** After the chosen node's first free port, else after what has an open end, else beside everything. */
  nextSpot(): Spot {
    const [edge] = this.selectedEdges;
    if (edge && this.selection.length === 0) return { edge };
    const free = this.chosen ? this.#freePort(this.chosen.id) : null;
    if (free) return { after: free };
    if (this.chosen) {
      const [first] = this.views.get(this.chosen.id)?.ports ?? [];
      return first ? { after: { node: this.chosen.id, port: first.id } } : null;
    }
    const openEnds = this.graph.nodes.flatMap((node) => this.#freePort(node.id) ?? []);
    const [last] = openEnds.slice(-1);
    return last ? { after: last } : null;
  }

  connect(source: NodeId, port: string, target: NodeId): void {
    const there = this.graph.nodes.find((node) => node.id === target);
    if (!there || this.#isTrigger(there.type)) return;
    this.#change(edit.connect(this.graph, { node: source, port }, target));
  }

  move(moves: { id: NodeId; position: Point }[]): void {
    const moved = moves.filter(({ id, position }) => {
      const node = this.graph.nodes.find((each) => each.id === id);
      return node && (node.position.x !== position.x || node.position.y !== position.y);
    });
    if (moved.length > 0)
      this.#change(edit.moveNodes(this.graph, moved), `move ${moved.map((move) => move.id).join()}`);
  }

  /** Moves what is chosen by so many pixels. */
  nudge(x: number, y: number): void {
    this.move(
      this.graph.nodes
        .filter((node) => this.selection.includes(node.id))
        .map((node) => ({ id: node.id, position: { x: node.position.x + x, y: node.position.y + y } })),
    );
  }

  /** Deletes what is chosen; a chain closes over the gap. Answers how many steps went. */
  remove(): number {
    const nodes = this.selection;
    const without = edit.removeEdges(this.graph, this.selectedEdges);
    const next = edit.removeNodes(without, nodes);
    this.select([]);
    this.#change(next);
    return nodes.length;
  }

  duplicate(): void {
    const ids = this.#renamed(this.selection);
    this.#change(edit.duplicate(this.graph, this.selection, ids));
    if (ids.size > 0) this.select([...ids.values()]);
  }

  /** What is chosen as text for the clipboard; null when nothing is. */
  copy(): string | null {
    return this.selection.length > 0 ? pieceToText(edit.piece(this.graph, this.selection)) : null;
  }

  /** Puts copied steps at a point; answers how many. What is no piece of a flow changes nothing. */
  paste(text: string, at: Point): number {
    const piece = pieceFromText(text);
    if (!piece || piece.nodes.length === 0) return 0;
    const ids = this.#renamed(piece.nodes.map((node) => node.id));
    this.#change(edit.paste(this.graph, piece, ids, at));
    this.select([...ids.values()]);
    return piece.nodes.length;
  }

  setField(node: NodeId, field: string, value: unknown): void {
    const before = this.graph.nodes.find((each) => each.id === node);
    if (!before) return;
    const { [field]: _, ...others } = before.data;
    const data = value === undefined ? others : { ...others, [field]: value };
    this.#change(edit.setData(this.graph, node, data), `${node}.${field}`);
  }

  setSettings(changes: Partial<FlowSettings>): void {
    const all = Object.entries({ ...this.graph.settings, ...changes });
    // A setting that was taken away is absent, as in a flow that never had it.
    const next = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as FlowSettings;
    this.#change(edit.setSettings(this.graph, next), `settings.${Object.keys(changes).join()}`);
  }

  /** `key`: which entry is being typed into, so that one undo takes all of it back. */
  setScenarios(scenarios: readonly Scenario[], key: string | null = null): void {
    const { scenarios: _before, ...graph } = this.graph;
    this.#change(scenarios.length > 0 ? { ...graph, scenarios: [...scenarios] } : graph, key);
  }

  rename(name: string): void {
    this.#change(edit.rename(this.graph, name), 'name');
  }

  tidy(): void {
    this.#change(layout(this.graph, this.#measure));
  }

  /** Another graph takes this one's place, an older version for instance. Can be undone. */
  replace(graph: Graph): void {
    this.select([]);
    this.#change(graph);
  }

  /**
   * What a colleague made of `base` comes in: into this graph and into every state to undo to, so that undoing takes back
   * one's own alone. While something must be asked and there is no `choose`, nothing changes; answers what that is.
   */
  join(base: Graph, theirs: Graph, choose?: Choose): readonly Conflict[] {
    const mine = this.graph;
    const { graph: ours, conflicts } = mergeGraphs(base, mine, theirs);
    if (conflicts.length > 0 && !choose) return conflicts;
    if (sameGraph(ours, mine) && !choose) return [];
    this.#history.rebase(ours, (state) => mergeGraphs(base, state, theirs, () => 'theirs').graph, sameGraph);
    if (choose) {
      // A step of its own: whoever chose theirs has her own again by undoing.
      const chosen = mergeGraphs(base, mine, theirs, choose).graph;
      if (!sameGraph(chosen, ours)) this.#change(chosen);
    }
    this.#forgetGone();
    return [];
  }

  undo(): void {
    if (this.#history.undo()) this.#forgetGone();
  }
  redo(): void {
    if (this.#history.redo()) this.#forgetGone();
  }

  /** The node that the arrow keys lead to from the chosen one. */
  neighbour(direction: 'up' | 'down' | 'left' | 'right'): NodeId | null {
    const from = this.chosen;
    if (!from)
      return (
        this.graph.nodes.toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x)[0]
          ?.id ?? null
      );
    const linked =
      direction === 'down'
        ? this.graph.edges.find((edge) => edge.source === from.id)?.target
        : direction === 'up'
          ? this.graph.edges.find((edge) => edge.target === from.id)?.source
          : undefined;
    return linked ?? this.#nearest(from, direction);
  }

  #nearest(from: FlowNode, direction: 'up' | 'down' | 'left' | 'right'): NodeId | null {
    const ahead = (node: FlowNode): number => {
      const x = node.position.x - from.position.x;
      const y = node.position.y - from.position.y;
      const [along, across] =
        direction === 'left'
          ? [-x, y]
          : direction === 'right'
            ? [x, y]
            : direction === 'up'
              ? [-y, x]
              : [y, x];
      return along < 20 ? Number.POSITIVE_INFINITY : along + Math.abs(across) * 2;
    };
    const ranked = this.graph.nodes
      .map((node) => ({ id: node.id, cost: ahead(node) }))
      .filter((each) => each.cost < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.cost - b.cost);
    return ranked[0]?.id ?? null;
  }

  readonly #measure: edit.HeightOf = (node) => {
    const view = describeNode(node, this.names);
    return nodeHeight(view.family, view.summary);
  };

  #change(next: Graph, key: string | null = null): void {
    this.#history.push(next, key, Date.now());
  }

  #forgetGone(): void {
    const there = new Set(this.graph.nodes.map((node) => node.id));
    this.select(this.selection.filter((id) => there.has(id)));
  }

  #isTrigger(type: string): boolean {
    return typeOf({ type })?.family === 'trigger';
  }

  #freePort(id: NodeId): edit.PortOf | null {
    const used = new Set(
      this.graph.edges.filter((edge) => edge.source === id).map((edge) => edge.sourceHandle),
    );
    const port = this.views.get(id)?.ports.find((each) => !used.has(each.id));
    return port ? { node: id, port: port.id } : null;
  }

  #renamed(ids: readonly NodeId[]): Map<NodeId, NodeId> {
    return new Map(ids.map((id) => [id, newId()]));
  }

  #besideAll(): Point {
    const right = Math.max(...this.graph.nodes.map((node) => node.position.x), -296);
    const top = Math.min(...this.graph.nodes.map((node) => node.position.y), 0);
    return this.graph.nodes.length === 0 ? { x: 0, y: 0 } : { x: right + 296, y: top };
  }
}
