/** Tasks, notices and turns as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface TaskTable {
  id: string;
  kind: Generated<'task' | 'approval'>;
  title: string;
  body: Generated<string>;
  assignee_id: string | null;
  candidate_id: string | null;
  application_id: string | null;
  status: Generated<'open' | 'done' | 'cancelled'>;
  outcome: 'approved' | 'declined' | null;
  due_at: NullableTimestamp;
  by_kind: 'person' | 'flow';
  by_id: string | null;
  enrolment_id: string | null;
  node_id: string | null;
  visit: number | null;
  settled_at: NullableTimestamp;
  settled_by: string | null;
  created_at: Timestamp;
}

export interface NoticeTable {
  id: string;
  person_id: string;
  text: string;
  candidate_id: string | null;
  enrolment_id: string | null;
  flow_id: string | null;
  created_at: Timestamp;
  read_at: NullableTimestamp;
}

export interface RotaTable {
  flow_id: string;
  node_id: string;
  taken: Generated<number>;
}

export interface TaskTables {
  task: TaskTable;
  notice: NoticeTable;
  rota: RotaTable;
}
