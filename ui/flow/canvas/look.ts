/** How the canvas shows a graph: what stands on each node and edge, whoever decided it (editor, run, report). */
import type { Edge, Node } from '@xyflow/svelte';
import type { Family, Port } from '../../../engine/steps/step.ts';
import type { Point, Rect, Side } from './route.ts';

/** What a node says of itself, from the engine's description. */
export interface NodeView {
  family: Family;
  icon: string;
  label: string;
  summary: string;
  ports: Port[];
}

export type Tone = 'plain' | 'muted' | 'wait' | 'bad' | 'good';

/** One part of the line of figures under a node's sentence. */
export interface LinePart {
  text: string;
  tone: Tone;
  icon?: 'clock' | 'check' | 'cross' | undefined;
  title?: string | undefined;
}

/** How an enrolment's way (or a test's) passes here. */
export type Way = 'taken' | 'waiting' | 'forecast' | 'untaken' | 'blocked';

export interface NodeLook extends Record<string, unknown> {
  view: NodeView;
  width: number;
  height: number;
  line: LinePart[];
  way: Way | null;
  errors: number;
  warnings: number;
  editable: boolean;
}

export interface EdgeLook extends Record<string, unknown> {
  label: string;
  side: Side;
  /** Others lead to its target too. */
  merges: boolean;
  way: Way | null;
  /** Stroke width in pixels where the traffic overlay is on. */
  weight: number | null;
  editable: boolean;
}

export type CanvasNode = Node<NodeLook, 'step'>;
export type CanvasEdge = Edge<EdgeLook, 'way'>;

/** Handed to nodes and edges by context, so that they need no callbacks in their data. */
export interface CanvasTools {
  readonly cards: readonly Rect[];
  insert?: ((edgeId: string, at: Point) => void) | undefined;
}

export const canvasTools = Symbol('canvas tools');
