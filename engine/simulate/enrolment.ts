/** Pure: one candidate's run in a simulated world, on a virtual clock. */
import type { Judged } from '../conditions/condition.ts';
import { havingHappened } from '../conditions/history.ts';
import type { ObstacleCode } from '../contact/arbiter.ts';
import type { ContactClass } from '../contact/classes.ts';
import { asOfNow, readContactSettings } from '../contact/settings.ts';
import type { EffectRequest, EffectResult } from '../effects/effect.ts';
import type { EmailSend, Sending } from '../effects/email-send.ts';
import type { NewEvent, RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Op, Plan } from '../plan/ops.ts';
import { begin, retry } from '../run/begin.ts';
import { leavesBecause } from '../run/leaving.ts';
import { isExit, isMessage } from '../run/listen.ts';
import type { Pause } from '../run/pauses.ts';
import { run } from '../run/run.ts';
import type { RunOutcome, RunState, StepRecord } from '../run/state.ts';
import { zoneFor } from '../time/calendar.ts';
import type { SimulatedAnswers } from './answers.ts';
import { factsAfter, suppressedBy } from './happening.ts';
import { SimulatedMailbox } from './mailbox.ts';
import { decide, type SimulatedWorld } from './world.ts';

export interface SimulatedMessage {
  node: NodeId;
  visit: number;
  /** Milliseconds since 1970: when it would leave, and when the step wrote it. */
  at: number;
  writtenAt: number;
  /** Why it did not leave at once; null: it did. */
  deferred: ObstacleCode | null;
  /** What the arbiter says of it; null: nothing was in the way. */
  obstacle: Record<string, unknown> | null;
  /** Under which limits it counts, and what else it carries for the arbiter; null: nothing. */
  contactClass: ContactClass;
  sending: Sending | null;
  to: string;
  subject: string;
  html: string;
  text: string;
}

export interface SimulatedStart {
  plan: Plan;
  world: SimulatedWorld;
  facts: Facts;
  /** Milliseconds since 1970. */
  start: number;
  /** Default: the plan's first trigger. */
  triggerNode?: NodeId;
  event?: RunEvent | null;
  because?: Judged[];
  enrolmentId?: string;
  /** What calls to other systems are answered. Absent: only what is made to happen answers them. */
  answers?: SimulatedAnswers;
}

/** One that is under way, as its row holds it. */
export interface SimulatedRest {
  plan: Plan;
  world: SimulatedWorld;
  facts: Facts;
  state: RunState;
  enrolmentId: string;
  /** Milliseconds since 1970: when it began, and from when on it is followed. */
  start: number;
  now: number;
  /** Those of the flow that are over. */
  pauses: readonly Pause[];
}

/** What a run did when told to move. */
export class SimulatedEnrolment {
  readonly plan: Plan;
  world: SimulatedWorld;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  steps: StepRecord[] = [];
  events: RunEvent[] = [];
  messages: SimulatedMessage[] = [];
  /** The arbiter's budget of this candidate. */
  mailbox: SimulatedMailbox;
  /** Those of the events that the flow's own steps caused. */
  caused: RunEvent[] = [];
  facts: Facts;
  /** Why the candidate's address may not be written to by now; null: it may. */
  suppressed: string | null;
  state: RunState;
  now: number;
  wakeAt: number | null;
  end: RunOutcome['end'] = null;
  /** Milliseconds since 1970: when it came to its end; null: it has not. */
  endedAt: number | null = null;
  paused = false;
  /** The flow's pauses that are over. */
  #pauses: Pause[] = [];
  /** Since when it is paused, and what was to leave since; milliseconds since 1970. */
  #pausedAt = 0;
  #held: SimulatedMessage[] = [];
  readonly #answers: SimulatedAnswers | null;

  /** @throws {RangeError} when the plan has no such trigger. */
  constructor({
    plan,
    world,
    facts,
    start,
    triggerNode,
    event = null,
    because = [],
    enrolmentId = 'simulated',
    answers,
  }: SimulatedStart) {
    this.plan = plan;
    this.world = world;
    this.facts = facts;
    this.suppressed = world.suppressed ?? null;
    this.mailbox = new SimulatedMailbox(world);
    this.#answers = answers ?? null;
    this.start = start;
    this.now = start;
    this.id = enrolmentId;
    const entry = triggerNode ?? plan.triggers[0]?.node ?? '';
    const seq = event?.seq ?? 0;
    const begun = begin(plan, {
      triggerNode: entry,
      now: start,
      seq,
      event,
      because,
      timeZone: zoneFor(facts),
    });
    this.state = begun.state;
    this.steps.push(...begun.steps);
    this.wakeAt = start;
  }

  /** Goes on where a run stands, as if it had been woken now. */
  static resume({ state, now, pauses, ...start }: SimulatedRest): SimulatedEnrolment {
    const run = new SimulatedEnrolment(start);
    run.steps = [];
    run.state = state;
    run.now = now;
    run.#pauses = [...pauses];
    run.advance();
    return run;
  }

  /** Another that has come the same way, and goes its own from here. */
  fork(): SimulatedEnrolment {
    const other = new SimulatedEnrolment({
      ...{ plan: this.plan, world: this.world, facts: this.facts, start: this.start, enrolmentId: this.id },
    });
    other.steps = [...this.steps];
    other.events = [...this.events];
    other.messages = [...this.messages];
    other.caused = [...this.caused];
    other.mailbox = this.mailbox.fork(this.world);
    other.suppressed = this.suppressed;
    other.state = this.state;
    other.now = this.now;
    other.wakeAt = this.wakeAt;
    other.end = this.end;
    other.endedAt = this.endedAt;
    other.paused = this.paused;
    other.#pauses = [...this.#pauses];
    other.#pausedAt = this.#pausedAt;
    other.#held = [...this.#held];
    return other;
  }

  /** From now on nothing of the flow moves but exits and goals, and what has not left yet stays. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.#pausedAt = this.now;
    this.#held = this.messages.filter((message) => message.at > this.now);
    this.messages = this.messages.filter((message) => message.at <= this.now);
  }

  /** The flow goes on: what waited to leave is asked about anew, and the run applies what its flow says of pauses. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.#pauses.push({ from: this.#pausedAt, to: this.now });
    const held = this.#held;
    this.#held = [];
    this.#postAnew(held);
    if (!this.end) this.advance();
  }

  /** Hours, holidays, limits or senders are others now: what has not left yet is asked about anew. */
  change(world: SimulatedWorld): void {
    this.world = world;
    this.mailbox.settle(world.contact ?? readContactSettings(null));
    if (this.paused) return;
    const waiting = this.messages.filter((message) => message.at > this.now);
    this.messages = this.messages.filter((message) => message.at <= this.now);
    this.#postAnew(waiting);
  }

  #postAnew(waiting: readonly SimulatedMessage[]): void {
    const usual = this.world.contact ?? readContactSettings(null);
    for (const { node, visit } of waiting) this.mailbox.takeBack(`${node} ${visit}`);
    for (const { sending: carried, writtenAt, ...mail } of waiting) {
      const id = `${mail.node} ${mail.visit}`;
      const op = this.plan.ops[mail.node];
      const { contact = null, from } = op?.op === 'effect' && op.effect === 'email.send' ? op.input : {};
      if (from?.kind === 'sender' && !this.world.senders?.some((sender) => sender.id === from.id)) {
        this.mailbox.skipped.set(id, 'sender-gone');
        continue;
      }
      const sending = carried && asOfNow(carried, contact, usual);
      const fate = this.mailbox.post(id, sending, this.now, writtenAt);
      if (!fate) continue;
      const told = fate.deferred ? fate : { ...fate, deferred: mail.deferred, obstacle: mail.obstacle };
      this.messages.push({ ...mail, sending, writtenAt, ...told });
    }
  }

  /**
   * Of what is not known to come, the run is told that it does, and takes it for something that counts: no data of it
   * is there to ask about at `node`.
   */
  imagine(type: string, node: NodeId, data: Record<string, unknown> = {}): void {
    this.write(
      { type: type as NewEvent['type'], data, applicationId: this.facts.application?.id ?? null },
      isMessage(type) || this.state.wait?.kind === 'answer' ? this.id : null,
    );
    this.facts = havingHappened(this.facts, [type], this.now);
    this.suppressed ??= suppressedBy(type as NewEvent['type']);
    this.advance(takingAnything(this.plan, node));
  }

  /** Something happens now, and the run takes note. Messages, and answers to what it asks, are its own unless told otherwise. */
  happen(event: NewEvent & { enrolmentId?: string | null }): void {
    const { node, wait } = this.state;
    const written =
      wait?.kind === 'answer' && wait.event === event.type && event.enrolmentId === undefined
        ? this.write({ ...event, data: { node, visit: wait.visit, ...event.data } }, this.id)
        : this.write(event, event.enrolmentId ?? (isMessage(event.type) ? this.id : null));
    this.facts = havingHappened(factsAfter(event, this.facts, this.world), [event.type], this.now);
    this.suppressed ??= suppressedBy(event.type);
    this.mailbox.happen(event);
    if (this.end) this.hearAfterwards(written);
    else this.advance();
  }

  /** The run has come to its end: what it wrote and has not left yet does not leave after an exit. */
  private hearAfterwards(event: RunEvent): void {
    const ours = { enrolmentId: this.id, applicationId: this.facts.application?.id ?? null };
    const asked = { facts: this.facts, event, now: this.now };
    if (isExit(this.plan, event, ours) || leavesBecause(this.plan, asked) !== null) this.recall();
  }

  /** Lets the clock go on to `until`, stopping at each deadline on the way, and there for good after `mostSteps`. */
  runUntil(until: number, mostSteps = Number.POSITIVE_INFINITY): void {
    for (;;) {
      if (this.steps.length >= mostSteps) return;
      const isDue = this.wakeAt !== null && this.wakeAt <= until;
      if (this.endHold(isDue ? (this.wakeAt ?? until) : until)) continue;
      if (!isDue) break;
      this.now = Math.max(this.now, this.wakeAt ?? until);
      this.advance();
    }
    this.now = Math.max(this.now, until);
  }

  /** A hold whose time is up by `until` says so, as everything does that happens to her while she is in the flow. */
  private endHold(until: number): boolean {
    const ends = this.mailbox.heldUntil;
    if (ends === null || ends > until || this.end) return false;
    this.now = Math.max(this.now, ends);
    this.happen({ type: 'contact.released', data: { expired: true } });
    return true;
  }

  /** Frees a blocked run, which tries its step once more. */
  repair(): void {
    this.state = retry(this.state);
    this.advance();
  }

  /** Until nothing is left to do at this instant. */
  advance(plan = this.plan): void {
    let first: Plan | null = plan;
    do {
      const outcome = this.step(first ?? this.plan);
      first = null;
      this.state = outcome.state;
      this.wakeAt = outcome.wakeAt;
      this.end = outcome.end ?? this.end;
      if (outcome.end) this.endedAt = this.now;
      // As in the real world: an exit or a goal cancels what has not left, reaching the end does not.
      if (outcome.end && outcome.end.status !== 'ended') this.recall();
      for (const each of outcome.steps) this.steps.push(each);
    } while (this.answer() || (this.wakeAt !== null && this.wakeAt <= this.now));
  }

  /** Another system answers what the run has just asked it: what that brings, and the answer. False: it does not. */
  private answer(): boolean {
    const { node, wait } = this.state;
    // While the flow is paused, nobody is called.
    if (!this.#answers || this.end || this.paused || node === null) return false;
    if (wait?.kind !== 'answer' || wait.answer) return false;
    const given = this.#answers.next(this.plan, node, wait, this.now);
    if (!given) return false;
    const { custom, data, outcome } = given;
    const fields = Object.keys(custom).map((field) => `custom.${field}`);
    if (fields.length > 0) {
      const { candidate } = this.facts;
      this.facts = {
        ...this.facts,
        candidate: { ...candidate, custom: { ...candidate.custom, ...custom } },
      };
      this.write({ type: 'candidate.updated', data: { fields } }, this.id);
    }
    const type = wait.event as NewEvent['type'];
    const asked = { node: wait.asked ?? node, visit: wait.visit };
    this.write({ type, data: { ...data, outcome, ...asked } }, this.id);
    this.facts = havingHappened(
      this.facts,
      fields.length > 0 ? ['candidate.updated', type] : [type],
      this.now,
    );
    return true;
  }

  /** Whether something that the run wrote leaves only after that instant. */
  hasMailAfter(ms: number): boolean {
    return this.#held.length > 0 || this.messages.some((message) => message.at > ms);
  }

  private recall(): void {
    this.#held = [];
    const left = this.messages.filter((message) => message.at <= this.now);
    this.messages.splice(0, this.messages.length, ...left);
  }

  private step(plan: Plan): RunOutcome {
    const { seenSeq } = this.state;
    const generator = run({
      plan,
      state: this.state,
      enrolmentId: this.id,
      applicationId: this.facts.application?.id ?? null,
      facts: this.facts,
      events: this.events.filter((event) => event.seq > seenSeq),
      startedAt: this.start,
      now: this.now,
      paused: this.paused,
      pauses: this.#pauses,
    });
    let next = generator.next();
    while (!next.done) next = generator.next(this.apply(next.value));
    return next.value;
  }

  private apply(request: EffectRequest): EffectResult {
    const result = decide(
      request,
      { ...this.world, suppressed: this.suppressed, holds: this.mailbox.holds },
      this.now,
    );
    if (result.outcome !== 'done') return result;
    this.facts = havingHappened(
      result.facts,
      // What is written here leaves at once; the real event comes when it has left.
      [
        ...result.events.map((event) => event.type),
        ...(request.effect === 'email.send' ? ['message.sent'] : []),
      ],
      this.now,
    );
    for (const event of result.events) this.mailbox.happen(event);
    for (const event of result.events) this.caused.push(this.write(event, this.id));
    if (request.effect === 'email.send') {
      const { sending, ...mail } = result.decision as EmailSend['decision'];
      const { node, visit } = request;
      const fate = this.mailbox.post(`${node} ${visit}`, sending ?? null, this.now);
      const contactClass = sending?.class ?? 'process';
      const carried = { contactClass, sending: sending ?? null };
      if (fate) this.messages.push({ node, visit, writtenAt: this.now, ...carried, ...fate, ...mail });
    }
    return result;
  }

  private write(event: NewEvent, enrolmentId: string | null): RunEvent {
    const { seenSeq, wait } = this.state;
    const seq = Math.max(this.events.at(-1)?.seq ?? 0, seenSeq, wait?.sinceSeq ?? 0) + 1;
    const applicationId = event.applicationId ?? null;
    const data = event.data ?? {};
    const written = {
      id: `${this.id}:${seq}`,
      seq,
      type: event.type,
      at: this.now,
      applicationId,
      enrolmentId,
      data,
    };
    this.events.push(written);
    return written;
  }
}

/** An event that has not happened has no data to ask about: it is taken to be one that counts there. */
function takingAnything(plan: Plan, node: NodeId): Plan {
  const op = plan.ops[node];
  if (op?.op !== 'await' && op?.op !== 'goal') return plan;
  const asked: Op = { ...op, when: undefined };
  return { ...plan, ops: { ...plan.ops, [node]: asked } };
}
