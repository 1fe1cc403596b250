/** Pure: what a simulated world holds, beside the facts of the candidate who runs through it. */
import type { Contact, ContactHold } from '../contact/arbiter.ts';
import type { ContactSettings } from '../contact/settings.ts';
import type { StageKind } from '../facts.ts';

/** `isDynamic`: a condition chooses who is in it; absent: people and flows do. `isArchived`: nobody joins or leaves. */
export interface PoolKnown {
  id: string;
  name: string;
  isDynamic?: boolean;
  isArchived?: boolean;
}

export interface SimulatedWorld {
  templates: { id: string; name: string; subject: string; body: string }[];
  pools: PoolKnown[];
  /** Those of the pipeline that the application is in. */
  stages: { id: string; name: string; kind: StageKind }[];
  /** Who works here. Absent: nobody is known. */
  people?: { id: string; name: string; email: string }[];
  /** Flows that may be started. Absent: none. */
  flows?: { id: string; name: string }[];
  /** Secrets that steps use, by name only. Absent: none. */
  secrets?: { id: string; name: string }[];
  /** In whose name mails may go out. Absent: nobody's but the workspace's. */
  senders?: { id: string; name: string; address?: string; replyTo?: string | null }[];
  /** Why the candidate's address may not be written to; null: it may. */
  suppressed?: string | null;
  /** What the workspace says about contact. Absent: the usual. */
  contact?: ContactSettings;
  /** What she was sent before, by whichever flow. Absent: nothing that counts. */
  contacts?: Contact[];
  /** What holds contact with her. Absent: nothing. */
  holds?: readonly ContactHold[];
}
