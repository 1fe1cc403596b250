/**
 * What an effect's SQL half is: it learns what the effect must know, and writes what the effect decided. Both are
 * asked for many runs at once, each of another candidate, so that a statement serves them all.
 */
import type { Trx } from '../../db/queries/lock.ts';
import type { Secrets } from '../../db/secrets.ts';
import type {
  EffectDecisions,
  EffectInputs,
  EffectKnowledge,
  EffectType,
} from '../../engine/effects/effect.ts';
import type { Facts } from '../../engine/facts.ts';
import type { Allowed } from '../outside/address.ts';

/** Where an effect happens: one visit of one enrolment. */
export interface EffectPlace {
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
}

/** What messages need to know of the workspace's installation. */
export interface House {
  publicUrl: string;
  mailFrom: string;
  /** Reply addresses are `reply+<token>@<replyDomain>`. */
  replyDomain: string;
  /** Absent: no stored secret can be opened. */
  secrets?: Secrets;
  /** Where calls may go beside the public network. */
  webhookAllow: Allowed;
}

/** Where the app shows her. */
export const candidatePage = ({ publicUrl }: House, candidateId: string): string =>
  `${publicUrl}/candidates/${candidateId}`;

/** The transaction in which the effects happen, and the house from which they do. */
export interface EffectWorld {
  trx: Trx;
  house: House;
}

export interface Asked<E extends EffectType> {
  input: EffectInputs[E];
  place: EffectPlace;
}

export interface Decided<E extends EffectType> extends Asked<E> {
  decision: EffectDecisions[E];
}

export interface EffectHandler<E extends EffectType> {
  /** One answer for each that is asked, in the same order. */
  know(asked: readonly Asked<E>[], world: EffectWorld): Promise<EffectKnowledge[E][]>;
  write(decided: readonly Decided<E>[], world: EffectWorld): Promise<void>;
}

export type EffectHandlers = { [E in EffectType]: EffectHandler<E> };
