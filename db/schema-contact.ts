/** The tables of contact holds and decisions, as Kysely sees them. */
import type { ColumnType } from 'kysely';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface ContactHoldTable {
  id: string;
  candidate_id: string;
  covers: 'nurture' | 'everything';
  until: Timestamp;
  reason: ColumnType<string, string | undefined, string>;
  by_kind: 'person' | 'flow';
  by_id: string | null;
  created_at: Timestamp;
  released_at: NullableTimestamp;
}

export interface ContactDecisionTable {
  id: string;
  message_id: string;
  candidate_id: string;
  verdict: 'defer' | 'skip';
  code: string;
  detail: ColumnType<Record<string, unknown>, string | undefined, string>;
  until: NullableTimestamp;
  at: Timestamp;
}

export interface ContactTables {
  contact_hold: ContactHoldTable;
  contact_decision: ContactDecisionTable;
}
