/**
 * Pure: what an effect is. It decides from the facts and from what its world knows; the SQL world then writes what
 * was decided, the simulated one applies it to the facts. One file an effect, one line in each of the two tables.
 */
import type { EventType, NewEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { Reason } from '../run/explanation.ts';
import type { Names } from '../steps/step.ts';
import type { ApplicationClose } from './application-close.ts';
import type { ApplicationMove } from './application-move.ts';
import type { CandidateAssign } from './candidate-assign.ts';
import type { CandidateSet } from './candidate-set.ts';
import type { CandidateTag } from './candidate-tag.ts';
import type { CandidateUntag } from './candidate-untag.ts';
import type { ContactHolding } from './contact-hold.ts';
import type { ContactRelease } from './contact-release.ts';
import type { EmailSend } from './email-send.ts';
import type { FlowStart } from './flow-start.ts';
import type { NoteAdd } from './note-add.ts';
import type { NoticeChat } from './notice-chat.ts';
import type { NoticeCreate } from './notice-create.ts';
import type { NoticeMail } from './notice-mail.ts';
import type { PoolAdd } from './pool-add.ts';
import type { PoolRemove } from './pool-remove.ts';
import type { TaskCreate } from './task-create.ts';
import type { WebhookCall } from './webhook-call.ts';
import type { SimulatedWorld } from './world.ts';

/** The table of types. The table of definitions is `index.ts`. */
export interface EffectShapes {
  'candidate.tag': CandidateTag;
  'candidate.untag': CandidateUntag;
  'candidate.set': CandidateSet;
  'candidate.assign': CandidateAssign;
  'application.move': ApplicationMove;
  'application.close': ApplicationClose;
  'pool.add': PoolAdd;
  'pool.remove': PoolRemove;
  'note.add': NoteAdd;
  'task.create': TaskCreate;
  'notice.create': NoticeCreate;
  'notice.mail': NoticeMail;
  'notice.chat': NoticeChat;
  'email.send': EmailSend;
  'contact.hold': ContactHolding;
  'contact.release': ContactRelease;
  'webhook.call': WebhookCall;
  'flow.start': FlowStart;
}
export type EffectType = keyof EffectShapes;

/** What each effect's shape says: `input` stands in the plan, `known` is learnt of the world, `decision` is written. */
export type EffectInputs = { [E in EffectType]: EffectShapes[E]['input'] };
export type EffectKnowledge = { [E in EffectType]: EffectShapes[E]['known'] };
export type EffectDecisions = { [E in EffectType]: EffectShapes[E]['decision'] };

/** `done` changed something, `unchanged` found it so already, `skipped` was not allowed to; `failed` blocks the run. */
export type EffectResult<E extends EffectType = EffectType> =
  | {
      outcome: 'done';
      detail: Record<string, unknown>;
      decision: EffectDecisions[E];
      events: NewEvent[];
      facts: Facts;
    }
  | { outcome: 'unchanged' | 'skipped'; code: string; detail: Record<string, unknown> }
  | { outcome: 'failed'; code: string; detail: Record<string, unknown> };

type Detail = Record<string, unknown>;

/** An effect's ledger rows as sentences; `detail` is the row's. */
export interface EffectWords {
  done(detail: Detail): string;
  unchanged(detail: Detail): string;
  skipped(detail: Detail): string;
  failed(detail: Detail): string;
  /** code → why, for the codes that are this effect's own; the common ones stand in `engine/run/effect-words.ts`. */
  codes?: Record<string, (detail: Detail) => string>;
  /** outcome → what came back, from the answering event's data; without it the port speaks for itself. */
  answered?: Record<string, (data: Detail, names: Names) => string>;
  /** What more there is to say once it is done. */
  notes?(detail: Detail): Reason[];
}

export interface CausedEvent {
  type: EventType;
  data: Record<string, unknown>;
}

export interface EffectDefinition<E extends EffectType> {
  type: E;
  /** `now` in milliseconds since 1970. Never throws for what a recruiter can cause: that is `failed`. */
  decide(input: EffectInputs[E], known: EffectKnowledge[E], facts: Facts, now: number): EffectResult<E>;
  /** What there is to know in a simulated world. */
  simulate(input: EffectInputs[E], world: SimulatedWorld, facts: Facts): EffectKnowledge[E];
  /**
   * The events that it may cause, at once or by what other systems make of it, as far as its input tells: what is not
   * named in `data` may be anything. Asked before publishing, so that a flow that starts itself is found.
   */
  causes(input: EffectInputs[E]): CausedEvent[];
  words: EffectWords;
}

/** What the interpreter asks of its world. */
export type EffectRequest = {
  [E in EffectType]: { effect: E; input: EffectInputs[E]; node: string; visit: number; facts: Facts };
}[EffectType];
