/** Pure: telling colleagues something in a chat. Where it goes is a secret, which the deliverer alone can open. */
import type { Chat } from '../notices/chat.ts';
import type { EffectDefinition } from './effect.ts';
import { sayingOf } from './notice-audience.ts';

export interface NoticeChat {
  /** `secretId`: the secret that holds the incoming webhook's address. `text`: Liquid. */
  input: { chat: Chat; secretId: string; text: string };
  /** Null: the secret is gone. */
  known: { secret: { id: string; name: string } | null };
  decision: { text: string; about: string };
}

export const noticeChat: EffectDefinition<'notice.chat'> = {
  type: 'notice.chat',
  decide({ text: given }, { secret }, facts) {
    if (!secret) return { outcome: 'failed', code: 'secret-gone', detail: {} };
    const saying = sayingOf(given, facts);
    if ('outcome' in saying) return saying;
    return {
      outcome: 'done',
      detail: { told: secret.name },
      decision: { text: saying.text, about: facts.candidate.fullName },
      events: [],
      facts,
    };
  },
  simulate: ({ secretId }, world) => ({
    secret: world.secrets?.find((each) => each.id === secretId) ?? null,
  }),
  causes: () => [],
  words: {
    done: ({ told }) => `Told the chat “${told}”`,
    unchanged: () => 'Told nobody anew',
    skipped: () => 'Told nobody',
    failed: () => 'Could not tell the chat',
    codes: { 'secret-gone': () => 'The secret with the chat’s address is gone' },
  },
};
