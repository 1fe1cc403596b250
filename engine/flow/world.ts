/** What the workspace has, as far as a flow may refer to it. */
import type * as recurrence from '../time/recurrence.ts';
import type { Hosts } from '../webhooks/hosts.ts';

/** What recurrence rules come to. Given from outside, so that the editor need not wait until it has it. */
export type Calendar = Pick<typeof recurrence, 'everComes' | 'nextInstants'>;

export interface FlowWorld {
  templates: { id: string; name: string; subject: string; body: string }[];
  /** `isDynamic`: a condition chooses who is in it. `isArchived`: put away, and not to be used. */
  pools: { id: string; name: string; isDynamic?: boolean; isArchived?: boolean }[];
  jobs: { id: string; title: string }[];
  /** Who works here. */
  people: { id: string; name: string }[];
  /** Flows that are not in the archive. */
  flows: { id: string; name: string }[];
  /** In whose name mails may go out. Absent: nobody's but the workspace's. */
  senders?: { id: string; name: string }[];
  /** Absent: none. `hosts`: where it may be sent; absent: nobody looked. */
  secrets?: { id: string; name: string; hosts?: Hosts }[];
  /** The flow that is looked at; absent: it is not known. */
  self?: string;
  /** Absent: nobody looked, so none is taken for gone. */
  pipelines?: { id: string; name: string }[];
  /** When it is looked at, in milliseconds, by which clock and calendar; absent: nothing is taken for over. */
  now?: { at: number; timeZone: string; calendar: Calendar };
  /** Names of the stages of all pipelines. */
  stages: string[];
}
