/**
 * What the contract suite needs of a world in which flows run: the simulated one, and the real one on Postgres.
 * Everything is asked for in terms a recruiter would use; ids are the world's own.
 */
import type { ContactSettings } from '../../engine/contact/settings.ts';
import type { Facts, StageKind } from '../../engine/facts.ts';
import type { Graph } from '../../engine/flow/schema.ts';

export interface NewCandidate {
  firstName: string | null;
  email: string | null;
  timeZone?: string;
  tags?: string[];
  status?: 'active' | 'do-not-contact';
  /** Their address asked not to be written to: unsubscribed. */
  unsubscribed?: boolean;
  /** Puts an application into that stage of the world's pipeline; without one there is none. */
  application?: { stage: string };
  /** A colleague. */
  owner?: string;
}

export interface LedgerRow {
  node: string;
  visit: number;
  outcome: 'passed' | 'skipped' | 'failed';
  port: string | null;
  /** `done`, `unchanged`, `skipped` or `failed` for an effect; else null. */
  result: string | null;
  /** The reason's code, where there is one. */
  code: string | null;
}

export interface Happening {
  type: string;
  data?: Record<string, unknown>;
}

/** Absent: as it was. */
export interface Changes {
  timeZone?: string;
  country?: string;
  custom?: Record<string, string | null>;
}

export interface World {
  /** The clock, in milliseconds since 1970. It starts on 23 November 2026, 14:32 UTC. */
  now(): number;
  addTemplate(template: { name: string; subject: string; body: string }): Promise<string>;
  addPool(name: string): Promise<string>;
  /** A live flow that others may start; its id. */
  addFlow(graph: Graph): Promise<string>;
  /** Someone who works here. */
  addColleague(name: string): Promise<string>;
  /** The stages of the one pipeline that all applications are in. Asked before any candidate is added. */
  addStages(stages: { name: string; kind: StageKind }[]): Promise<void>;
  addCandidate(candidate: NewCandidate): Promise<string>;
  /** Somebody fills in the first name that was missing. */
  nameCandidate(id: string, firstName: string): Promise<void>;
  /** A key that webhooks are signed with. */
  addSecret(name: string): Promise<string>;
  removeSecret(id: string): Promise<void>;
  /** Somebody in whose name mails may go out. */
  addSender(name: string): Promise<string>;
  removeSender(id: string): Promise<void>;
  /** What the workspace says of hours, holidays and limits from now on. */
  setContact(settings: ContactSettings): Promise<void>;
  /** The steps whose mails have left by now, in order. */
  left(enrolment: string): Promise<string[]>;
  /** Why mails of its steps were put off or did not leave, by now: codes, without repeats. */
  refusals(enrolment: string): Promise<string[]>;
  /** Her details change, and the event that says so is recorded. Runs that listen for it take note. */
  changeCandidate(id: string, change: Changes): Promise<void>;
  /** So that a flow which refers to it finds nothing. */
  removePool(id: string): Promise<void>;
  /** From now on a condition chooses who is in it; it holds for nobody. */
  keepPoolByCondition(id: string): Promise<void>;
  /** Puts a pool into the archive, or takes it out. */
  archivePool(id: string, archived: boolean): Promise<void>;
  /** Publishes the graph, enters the candidate by its first trigger, and runs until the first wait. */
  enrol(graph: Graph, candidate: string): Promise<string>;
  /**
   * Something happens to the candidate now; the run takes note. `message.*` is about the run's last message, and the
   * answer to what a step asked is that step's.
   */
  happen(enrolment: string, happening: Happening): Promise<void>;
  /** A person decides the approval that the run asked for last. */
  decide(enrolment: string, outcome: 'approved' | 'declined'): Promise<void>;
  /** How many approvals of this run wait for a person. */
  openApprovals(enrolment: string): Promise<number>;
  /** Lets the clock go on, doing what falls due on the way. */
  pass(duration: string): Promise<void>;
  /** Frees a blocked run, which tries its step once more. */
  retry(enrolment: string): Promise<void>;
  pause(enrolment: string): Promise<void>;
  resume(enrolment: string): Promise<void>;
  facts(candidate: string): Promise<Facts>;
  /** In order, the trigger's row first. */
  ledger(enrolment: string): Promise<LedgerRow[]>;
  /** What was written to the candidate, oldest first; cancelled ones left out. */
  messages(candidate: string): Promise<{ node: string; to: string; subject: string; text: string }[]>;
  /** Whose name the run's last message bears; null: the workspace's. */
  inNameOf(enrolment: string): Promise<string | null>;
  /** The candidate's events that the flow's steps caused, in order. */
  caused(enrolment: string): Promise<Happening[]>;
  status(
    enrolment: string,
  ): Promise<{ status: string; node: string | null; reason: string | null; until: number | null }>;
  close(): Promise<void>;
}
