/** Pure: the working copy of a run during one call of the interpreter: state, facts, messages heard, ledger rows. */
import type { Judged } from '../conditions/condition.ts';
import type { NewEvent, RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import { zoneFor } from '../time/calendar.ts';
import { exitByCondition, leavesBecause } from './leaving.ts';
import { isExit, isGoal, isOurMessage, type Jump, jumpBy } from './listen.ts';
import { isStale } from './pauses.ts';
import type { RunInput, RunOutcome, RunState, StepRecord } from './state.ts';

type Closed = 'ended' | 'exited' | 'converted';

export class Walk {
  readonly input: RunInput;
  readonly state: RunState;
  /** Unseen events, in order. */
  readonly events: RunEvent[];
  readonly steps: StepRecord[] = [];
  facts: Facts;
  /** This run's own message events since the last message it wrote, not yet used up by an await. */
  messages: RunEvent[];
  /** Among the unseen events, those with a greater seq count for the next await. */
  after: number;
  /** The greatest seq so far, with those that the events of this call's effects will get. */
  headSeq: number;
  end: RunOutcome['end'] = null;
  /** A pause of the flow has made it too late for what follows, until the next wait. */
  stale = false;
  /** Events that may still take the run to a goal, and the jump that has just brought it to its node. */
  #taking: RunEvent[];
  arrival: Jump | null = null;

  constructor(input: RunInput) {
    this.input = input;
    this.events = input.events.filter((event) => event.seq > input.state.seenSeq);
    this.state = { ...input.state, visits: { ...input.state.visits } };
    this.facts = input.facts;
    this.messages = [...input.state.heard, ...this.events.filter((event) => isOurMessage(event, input))];
    this.after = input.state.seenSeq;
    this.headSeq = this.events.at(-1)?.seq ?? input.state.seenSeq;
    this.#taking = this.events.filter((event) => this.#jumpBy(event) !== null);
  }

  /** What comes after this belongs to the run only once it has made its next jump. */
  get horizon(): number {
    // One that reached a goal where the run has been by now is no jump any more.
    const next = this.#taking.find((event) => this.#jumpBy(event) !== null);
    return next ? next.seq - 1 : Number.POSITIVE_INFINITY;
  }

  /** The greatest seq that has been looked at. */
  get looked(): number {
    return Math.min(this.headSeq, this.horizon);
  }

  /** Unseen events up to the next jump. */
  get near(): RunEvent[] {
    return this.events.filter((event) => event.seq <= this.horizon);
  }

  /** This run's own message events up to the next jump. */
  get nearMessages(): RunEvent[] {
    return this.messages.filter((event) => event.seq <= this.horizon);
  }

  /** Goes to the next goal that an event has reached. False: there is none left. */
  jump(): boolean {
    for (let event = this.#taking.shift(); event; event = this.#taking.shift()) {
      // Another jump, or an edge, may have brought the run there meanwhile.
      const jump = this.#jumpBy(event);
      if (!jump) continue;
      this.#interrupt(`jump:${jump.event.type}`, jump.event.id || null);
      this.consume(jump.event);
      this.state.status = 'open';
      this.state.node = jump.node;
      this.state.enteredAt = this.stamp;
      this.state.wait = null;
      this.state.problem = null;
      this.arrival = jump;
      this.stale = false;
      return true;
    }
    return false;
  }

  get now(): number {
    return this.input.now;
  }

  /** What is written down as the time: not before she came to the step, though that was told by a clock ahead of ours. */
  get stamp(): number {
    return Math.max(this.now, this.state.enteredAt);
  }

  get zone(): string {
    return zoneFor(this.facts);
  }

  visitOf(node: NodeId): number {
    return (this.state.visits[node] ?? 0) + 1;
  }

  #jumpBy(event: RunEvent): Jump | null {
    return jumpBy(this.input.plan, this.state.visits, event, this.input, this.facts, this.now);
  }

  /** Goals and exits among what happened, in order. True: the run is over. */
  hear(events: readonly RunEvent[]): boolean {
    const { plan } = this.input;
    for (const event of events) {
      const id = event.id || null;
      if (!this.state.goal && isGoal(plan, this.state.goalUntil, event, this.input, this.facts, this.now)) {
        this.state.goal = { eventId: id, at: event.at };
        if (plan.settings.goal?.exit && !this.end) this.close('converted', `goal:${event.type}`, id);
      }
      if (!this.end && isExit(plan, event, this.input)) this.close('exited', `exit:${event.type}`, id);
      if (!this.end) this.leaveWhen(event);
    }
    return this.end !== null;
  }

  /**
   * The flow's own condition for leaving, asked once something has happened, or (without an event) whenever the run
   * looks again: then a question about an event has no answer. True: the run is over.
   */
  leaveWhen(event: RunEvent | null): boolean {
    const because = leavesBecause(this.input.plan, { facts: this.facts, event, now: this.now });
    if (because) this.close('exited', exitByCondition, event?.id || null, because);
    return because !== null;
  }

  /** What an effect of this run has caused. Its events have no ids yet. True: the run is over. */
  cause(events: readonly NewEvent[]): boolean {
    const caused = events.map(
      (event): RunEvent => ({
        id: '',
        seq: ++this.headSeq,
        type: event.type,
        at: this.now,
        applicationId: event.applicationId ?? null,
        enrolmentId: this.input.enrolmentId,
        data: event.data ?? {},
      }),
    );
    return this.hear(caused);
  }

  /** Completes the visit and moves the cursor on. */
  leave(
    node: NodeId,
    port: string,
    next: NodeId,
    detail: Record<string, unknown>,
    outcome: 'passed' | 'skipped' = 'passed',
  ): void {
    const { reanchored } = this.state.wait ?? {};
    this.record(node, outcome, port, { ...detail, ...(reanchored ? { reanchored } : {}) });
    this.state.node = next;
    this.state.enteredAt = this.stamp;
    this.state.wait = null;
  }

  /** The visit failed; the run stays here until someone repairs it. */
  block(node: NodeId, code: string, detail: Record<string, unknown>): void {
    const visit = this.visitOf(node);
    this.record(node, 'failed', null, { ...detail, code });
    this.state.visits[node] = visit;
    this.state.status = 'blocked';
    this.state.wait = null;
    this.state.problem = { node, visit, code, detail };
  }

  /** Over: a wait that was under way gets its ledger row too, or nobody could see where the way ended. */
  close(
    status: Closed,
    reason: string,
    eventId: string | null,
    because: Judged[] = [],
    by: string | null = null,
  ): void {
    this.#interrupt(reason, eventId, because, by);
    this.end = { status, reason, eventId };
    this.state.status = status;
    this.state.node = null;
    this.state.wait = null;
    this.state.problem = null;
  }

  /** A wait that is broken off gets its ledger row. */
  #interrupt(reason: string, eventId: string | null, because: Judged[] = [], by: string | null = null): void {
    const { node, wait } = this.state;
    if (node === null || !wait) return;
    this.record(node, 'skipped', null, {
      kind: 'left',
      reason,
      eventId,
      rule: wait.rule,
      until: wait.until,
      ...(wait.did ? { did: wait.did } : {}),
      ...(because.length > 0 ? { because } : {}),
      ...(by === null ? {} : { by }),
    });
  }

  record(
    node: NodeId,
    outcome: StepRecord['outcome'],
    port: string | null,
    detail: Record<string, unknown>,
  ): void {
    const visit = this.visitOf(node);
    const { retried } = this.state;
    delete this.state.retried;
    this.steps.push({
      node,
      visit,
      outcome,
      port,
      enteredAt: this.state.enteredAt,
      leftAt: this.stamp,
      detail: retried ? { ...detail, retried } : detail,
    });
    // A node outside every loop is visited once, unless a jump or a repair brings the run back to it.
    const { loops, goals } = this.input.plan;
    if (goals || loops.includes(node) || this.state.visits[node] !== undefined)
      this.state.visits[node] = visit;
  }

  /**
   * An await used this event up: it, and older ones of its type, resolve no other. One that was heard earlier may
   * bear a seq from before a merge, which says nothing about those that are unseen.
   */
  consume(event: RunEvent): void {
    if (this.events.includes(event)) this.after = Math.max(this.after, event.seq);
    const at = this.messages.indexOf(event);
    this.messages = this.messages.filter(
      (each, index) => each.type !== event.type || (at === -1 ? each.seq > event.seq : index > at),
    );
  }

  /** All that has happened so far is known: none of it is news to the next await. */
  catchUp(): void {
    this.after = Math.max(this.after, this.events.at(-1)?.seq ?? this.after);
  }

  /** A deadline has passed: what happened before it is no longer news to the next await. */
  passed(until: number): void {
    this.stale = isStale(this, until);
    for (const event of this.events) if (event.at <= until && event.seq > this.after) this.after = event.seq;
  }

  outcome(wakeAt: number | null): RunOutcome {
    const newest = new Map(this.nearMessages.map((event) => [event.type, event]));
    // Not all of what happened was taken in: the rest is for the next call.
    if (!this.end) this.state.seenSeq = Math.min(this.state.seenSeq, this.horizon);
    this.state.heard = this.end ? [] : [...newest.values()];
    return { state: this.state, steps: this.steps, wakeAt, end: this.end };
  }
}
