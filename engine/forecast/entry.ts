/** Pure: what a forecast is given of someone who may enter a flow, and what it tells of her. */
import type { Contact, ContactHold } from '../contact/arbiter.ts';
import type { RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import type { PlanTrigger } from '../plan/ops.ts';
import type { Entrant, EntryRefusal } from '../run/entry.ts';

/** A time that she spent in this flow before; milliseconds since 1970. */
export interface EarlierRun extends Entrant {
  from: number;
  /** Null: it still runs. */
  to: number | null;
}

export interface ForecastEntry {
  /** As far as they are known: those of today. */
  facts: Facts;
  /** Milliseconds since 1970: when she would enter. */
  at: number;
  trigger: PlanTrigger;
  /** What fires the trigger; null: she is sent by hand, and its condition is not asked. */
  event: RunEvent | null;
  /** Why her address may not be written to, as a sentence; null: it may. */
  suppressed: string | null;
  /** What she was sent by others, and by this flow before. */
  contacts: readonly Contact[];
  holds: readonly ContactHold[];
  earlier: readonly EarlierRun[];
}

/** Something that does not go as drawn: put off, not sent, stuck there, or not let in (then there is no node). */
export interface Obstacle {
  kind: 'put-off' | 'not-sent' | 'stuck' | 'refused';
  code: string;
  node: NodeId | null;
  /** As ledger and arbiter tell it. */
  detail: Record<string, unknown>;
}

export interface ForecastMail {
  node: NodeId;
  /** Milliseconds since 1970: when it leaves. */
  at: number;
}

export interface ForecastRun {
  candidateId: string;
  name: string;
  /** Milliseconds since 1970. */
  at: number;
  refused: EntryRefusal['code'] | null;
  /** In the order in which they leave. */
  mails: ForecastMail[];
  obstacles: Obstacle[];
  /** How it stands where the forecast ends; null: she was not let in. `open`: still on the way. */
  status: 'open' | 'blocked' | 'ended' | 'exited' | 'converted' | null;
  /** When it came to its end, or as far as it was followed. */
  until: number;
}
