/** The registry of effects. Adding one is its type in `effect.ts`, a file here, and a handler in the SQL world. */
import { applicationMove } from './application-move.ts';
import { candidateTag } from './candidate-tag.ts';
import type { EffectDefinition, EffectType } from './effect.ts';
import { emailSend } from './email-send.ts';
import { poolAdd } from './pool-add.ts';

export const effects: { [E in EffectType]: EffectDefinition<E> } = {
  'candidate.tag': candidateTag,
  'application.move': applicationMove,
  'pool.add': poolAdd,
  'email.send': emailSend,
};
