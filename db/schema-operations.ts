/** The tables of what is done to many at once, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely';
import type { NodeId } from '../engine/flow/schema.ts';
import type { RunState } from '../engine/run/state.ts';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type JsonColumn<T> = ColumnType<T, string, string>;

/** What becomes of those who stand on `node` of `version` (an id) when their turn comes. */
export interface Choice {
  version: string;
  node: NodeId;
  /** The node of the new version; null: they leave the flow. */
  to: NodeId | null;
}

/** Which runs a repair is for: these, or all that are like this and had begun when it was asked for. */
export type RunChoice =
  | { ids: string[] }
  | { status?: 'open' | 'blocked'; node?: NodeId; version?: string; before: string };

export type RepairAction = 'retry' | 'skip' | 'move' | 'exit';

export interface OperationSpecs {
  move: { to: string; choices: Choice[] };
  undo: { of: string };
  repair: { action: RepairAction; node?: NodeId; who: RunChoice };
  enrol: { from: { poolId: string } | { candidateIds: string[] }; perMinute: number | null };
}
export type OperationKind = keyof OperationSpecs;
export type OperationState = 'running' | 'done' | 'cancelled';

/** How a run stood before it was moved, and where it was put: an undo finds its way back by it. */
export interface Before
  extends Pick<RunState, 'status' | 'wait' | 'enteredAt' | 'problem' | 'seenSeq' | 'heard'> {
  /** Whose it was: a merge counts events anew. */
  candidate: string;
  version: string;
  node: NodeId;
  put: Pick<RunState, 'enteredAt' | 'visits'> & { version: string; node: NodeId };
}

export interface OperationTable {
  id: string;
  flow_id: string;
  kind: OperationKind;
  spec: JsonColumn<OperationSpecs[OperationKind]>;
  state: Generated<OperationState>;
  cursor: string | null;
  total: number;
  changed: Generated<number>;
  left_out: Generated<number>;
  next_at: Timestamp;
  by_id: string | null;
  created_at: Timestamp;
  finished_at: NullableTimestamp;
}

export interface OperationRowTable {
  operation_id: string;
  ref_id: string;
  candidate_id: string;
  outcome: 'changed' | 'left-out';
  code: string | null;
  before: JsonColumn<Before | null>;
}

export interface OperationTables {
  operation: OperationTable;
  operation_row: OperationRowTable;
}
