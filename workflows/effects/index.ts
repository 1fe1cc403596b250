/** The SQL half of every effect. The compiler refuses an effect without its handler. */
import { applicationMove } from './application-move.ts';
import { candidateTag } from './candidate-tag.ts';
import type { EffectHandlers } from './effect.ts';
import { emailSend } from './email-send.ts';
import { poolAdd } from './pool-add.ts';

export const handlers = {
  'candidate.tag': candidateTag,
  'application.move': applicationMove,
  'pool.add': poolAdd,
  'email.send': emailSend,
} satisfies EffectHandlers;
