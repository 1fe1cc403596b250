/** Pure: what becomes of a simulated run's mails: the arbiter decides, and the virtual clock goes on until it lets them go. */
import {
  arbitrate,
  type Contact,
  type ContactHold,
  type DecisionCode,
  type ObstacleCode,
} from '../contact/arbiter.ts';
import { type Cap, type ContactSettings, readContactSettings } from '../contact/settings.ts';
import type { Sending } from '../effects/email-send.ts';
import type { SimulatedWorld } from '../effects/world.ts';
import type { NewEvent } from '../events.ts';

export interface SimulatedFate {
  /** Milliseconds since 1970: when it leaves. */
  at: number;
  /** What kept it longest, or first; null: nothing. */
  deferred: ObstacleCode | null;
  /** Of what kept it, as the arbiter tells it; null: nothing did. */
  obstacle: Record<string, unknown> | null;
}

export class SimulatedMailbox {
  #caps: readonly Cap[];
  /** What this run sent, and what she was sent besides. */
  #own: Contact[] = [];
  readonly #others: readonly Contact[];
  #holds: ContactHold[];
  /** Why mails were not sent at all, by id. */
  readonly skipped: Map<string, DecisionCode>;

  constructor(
    { contact, contacts = [], holds = [] }: SimulatedWorld,
    skipped = new Map<string, DecisionCode>(),
  ) {
    this.#caps = (contact ?? readContactSettings(null)).caps;
    this.#others = contacts;
    this.#holds = [...holds];
    this.skipped = skipped;
  }

  /** Another that knows the same, and goes its own way from here. */
  fork(world: SimulatedWorld): SimulatedMailbox {
    const other = new SimulatedMailbox({ ...world, holds: this.#holds }, new Map(this.skipped));
    other.#own = [...this.#own];
    return other;
  }

  /** What the workspace says of contact from now on. */
  settle({ caps }: ContactSettings): void {
    this.#caps = caps;
  }

  /** It does not leave after all: its place is free. */
  takeBack(id: string): void {
    this.#own = this.#own.filter((each) => each.id !== id);
  }

  get holds(): readonly ContactHold[] {
    return this.#holds;
  }

  /** When nothing holds contact any more unless someone does something; null: nothing holds it. Milliseconds since 1970. */
  get heldUntil(): number | null {
    return this.#holds.length > 0 ? Math.max(...this.#holds.map((hold) => hold.until)) : null;
  }

  /** Someone holds contact, or lets go of it. What waits already keeps its time. */
  happen({ type, data = {} }: NewEvent): void {
    if (type === 'contact.released') this.#holds = [];
    const until = typeof data.until === 'string' ? Date.parse(data.until) : Number.NaN;
    if (type === 'contact.held' && !Number.isNaN(until))
      this.#holds = [{ id: 'hold', until, covers: data.covers === 'everything' ? 'everything' : 'nurture' }];
  }

  /**
   * Null: it would come too late, or never, and is skipped. `sending` null: of the hiring process, at any hour. `since`:
   * when it was written; default now.
   */
  post(id: string, sending: Sending | null, now: number, since = now): SimulatedFate | null {
    const { class: contactClass, ...carried } = sending ?? plain;
    const message = { ...carried, id, class: contactClass, since };
    let deferred: SimulatedFate['deferred'] = null;
    let obstacle: SimulatedFate['obstacle'] = null;
    for (let at = now; ; ) {
      // What others are going to send is not in the way before it has left.
      const others = this.#others.filter((each) => each.at <= at);
      const budget = { caps: this.#caps, holds: this.#holds, contacts: [...others, ...this.#own] };
      const decision = arbitrate([message], budget, at).get(id);
      if (!decision || decision.verdict === 'send') {
        this.#own.push({ id, class: contactClass, at });
        return { at, deferred, obstacle };
      }
      if (decision.verdict === 'skip') {
        this.skipped.set(id, decision.code);
        return null;
      }
      deferred ??= decision.code;
      obstacle ??= decision.detail;
      at = decision.until;
    }
  }
}

const plain: Omit<Sending, 'notBefore'> = {
  class: 'process',
  priority: 0,
  hours: [],
  timeZone: 'UTC',
  staleAt: null,
};
