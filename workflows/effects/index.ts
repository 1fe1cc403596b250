/** The SQL half of every effect. The compiler refuses an effect without its handler. */
import { applicationClose } from './application-close.ts';
import { applicationMove } from './application-move.ts';
import { candidateAssign } from './candidate-assign.ts';
import { candidateSet } from './candidate-set.ts';
import { candidateTag } from './candidate-tag.ts';
import { candidateUntag } from './candidate-untag.ts';
import { contactHold } from './contact-hold.ts';
import { contactRelease } from './contact-release.ts';
import type { EffectHandlers } from './effect.ts';
import { emailSend } from './email-send.ts';
import { flowStart } from './flow-start.ts';
import { noteAdd } from './note-add.ts';
import { noticeChat } from './notice-chat.ts';
import { noticeCreate } from './notice-create.ts';
import { noticeMail } from './notice-mail.ts';
import { poolAdd } from './pool-add.ts';
import { poolRemove } from './pool-remove.ts';
import { taskCreate } from './task-create.ts';
import { webhookCall } from './webhook-call.ts';

export const handlers = {
  'candidate.tag': candidateTag,
  'candidate.untag': candidateUntag,
  'candidate.set': candidateSet,
  'candidate.assign': candidateAssign,
  'application.move': applicationMove,
  'application.close': applicationClose,
  'pool.add': poolAdd,
  'pool.remove': poolRemove,
  'note.add': noteAdd,
  'task.create': taskCreate,
  'notice.create': noticeCreate,
  'notice.mail': noticeMail,
  'notice.chat': noticeChat,
  'email.send': emailSend,
  'contact.hold': contactHold,
  'contact.release': contactRelease,
  'webhook.call': webhookCall,
  'flow.start': flowStart,
} satisfies EffectHandlers;
