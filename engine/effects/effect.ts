/**
 * Pure: every effect a step can have. An effect decides from the facts and from what its world knows; the
 * SQL world then writes what was decided, the simulated one applies it to the facts.
 */
import type { NewEvent } from '../events.ts';
import type { ApplicationFacts, Facts, StageKind } from '../facts.ts';

export interface EffectInputs {
  'candidate.tag': { tag: string };
  'application.move': { stage: string };
  'pool.add': { poolId: string };
  'email.send': { templateId: string; templateVersionId: string };
}
export type EffectType = keyof EffectInputs;

/** What an effect has to be told about its world before it can decide. */
export interface EffectKnowledge {
  'candidate.tag': Record<string, never>;
  /** The stage of that name in the application's pipeline; null: there is none. */
  'application.move': { stage: { id: string; name: string; kind: StageKind } | null };
  /** Null: the pool is gone. */
  'pool.add': { pool: { id: string; name: string } | null };
  /** Null template: gone. `suppressed`: why this address may not be written to, as a sentence. */
  'email.send': {
    template: { name: string; subject: string; body: string } | null;
    suppressed: string | null;
  };
}

/** What an effect decided, to be written by the SQL world. */
export interface EffectDecisions {
  'candidate.tag': { tag: string };
  /** `status`: the application's after the move. `hired`: the candidate's status becomes `hired` too. */
  'application.move': {
    applicationId: string;
    stageId: string;
    fromStageId: string | null;
    status: ApplicationFacts['status'];
    hired: boolean;
  };
  'pool.add': { poolId: string };
  'email.send': { to: string; subject: string; html: string; text: string };
}

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

export interface EffectDefinition<E extends EffectType> {
  type: E;
  /** `now` in milliseconds since 1970. Never throws for what a recruiter can cause: that is `failed`. */
  decide(input: EffectInputs[E], known: EffectKnowledge[E], facts: Facts, now: number): EffectResult<E>;
}

/** What the interpreter asks of its world. */
export type EffectRequest = {
  [E in EffectType]: { effect: E; input: EffectInputs[E]; node: string; visit: number; facts: Facts };
}[EffectType];
