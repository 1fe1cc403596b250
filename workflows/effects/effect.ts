/** What an effect's SQL half is: it learns what the effect must know, and writes what the effect decided. */

import type { Trx } from '../../db/queries/lock.ts';
import type { Secrets } from '../../db/secrets.ts';
import type {
  EffectDecisions,
  EffectInputs,
  EffectKnowledge,
  EffectType,
} from '../../engine/effects/effect.ts';
import type { Facts } from '../../engine/facts.ts';

/** Where an effect happens: one visit of one enrolment, inside its transaction. */
export interface EffectPlace {
  trx: Trx;
  enrolmentId: string;
  flowId: string;
  versionId: string;
  candidateId: string;
  applicationId: string | null;
  node: string;
  visit: number;
  facts: Facts;
  /** Milliseconds since 1970. */
  now: number;
  house: House;
}

/** What messages need to know of the workspace's installation. */
export interface House {
  publicUrl: string;
  mailFrom: string;
  /** Reply addresses are `reply+<token>@<replyDomain>`. */
  replyDomain: string;
  secrets?: Secrets;
}

export interface EffectHandler<E extends EffectType> {
  know(input: EffectInputs[E], place: EffectPlace): Promise<EffectKnowledge[E]>;
  write(decision: EffectDecisions[E], input: EffectInputs[E], place: EffectPlace): Promise<void>;
}

export type EffectHandlers = { [E in EffectType]: EffectHandler<E> };
