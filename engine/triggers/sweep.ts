/**
 * Pure: what makes a trigger fire that waits for a time. Nobody does anything then, so a due row comes round and looks
 * whom the time has come for (`db/queries/sweeps.ts`); each gets an event that names flow and node.
 */
import type { Condition } from '../conditions/condition.ts';
import type { Duration } from '../time/duration.ts';
import type { LocalTime } from '../time/local.ts';

export type Sweep =
  | {
      kind: 'date';
      /** `candidate.custom.<name>`, `candidate.createdAt`, `candidate.consentUntil` or `application.appliedAt`. */
      field: string;
      /** Every year after the date's own. One of 29 February comes on the 28th where there is none. */
      yearly: boolean;
      /** Whole days, weeks, months or years beside the date; absent: on the day. */
      offset?: Duration;
      side?: 'before' | 'after';
      /** On the candidate's clock. */
      at: LocalTime;
    }
  /** A public holiday of the candidate's country, at this time of her day. */
  | { kind: 'holiday'; holiday?: string; at: LocalTime }
  | {
      kind: 'schedule';
      /** An RRULE (RFC 5545) of days, counted from `start`, YYYY-MM-DD; on the workspace's clock. */
      rule: string;
      start: string;
      at: LocalTime;
      /** Members enter spread over so long, each at her own point of it, the same every time. */
      window?: Duration;
      /** At least one of the two. */
      poolId?: string;
      who?: Condition;
    }
  /** Nothing heard of her for so many days of 24 hours; in this pool, if one is named. */
  | { kind: 'quiet'; days: number; poolId?: string };

export type SweepKind = Sweep['kind'];
/** Which event tells that the time has come. */
export const sweepEvents = {
  date: 'date.came',
  holiday: 'holiday.came',
  schedule: 'schedule.came',
  quiet: 'candidate.quiet',
} as const satisfies Record<SweepKind, string>;

const swept: ReadonlySet<string> = new Set(Object.values(sweepEvents));

/** True for events that are meant for one trigger of one flow, which their data name. */
export const isSwept = (type: string): boolean => swept.has(type);
