/** Pure: a call to another system, written down now and made by the deliverer. Its answer comes as an event. */
import { updateData } from '../events/updated.ts';
import type { Facts } from '../facts.ts';
import { fillAddress, fillDocument, type ReadAddress, readAddress, readDocument } from '../templates/json.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import type { SavedField } from '../webhooks/answer.ts';
import type { EffectDefinition } from './effect.ts';

export interface WebhookCall {
  input: {
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
    /** Liquid behind the host. */
    url: string;
    headers: [name: string, value: string][];
    /** JSON whose strings are Liquid; null: none. */
    body: string | null;
    /** The secret itself is known to the deliverer alone. */
    secret: { id: string; use: 'signature' | 'bearer' } | null;
    /** For one try. */
    seconds: number;
    save: SavedField[];
  };
  /** Null: the secret is gone. */
  known: { secret: { id: string; name: string } | null };
  decision: { url: string; body: string | null };
}

type Input = WebhookCall['input'];
interface Read {
  address: ReadAddress;
  document: ReturnType<typeof readDocument> | null;
}

/** Remembered by the object it came in: a flow fills the same one again and again. */
const remembered = new WeakMap<Input, Read>();

function readInput(input: Input): Read {
  const found = remembered.get(input);
  if (found) return found;
  const read = {
    address: readAddress(input.url),
    document: input.body === null ? null : readDocument(input.body),
  };
  remembered.set(input, read);
  return read;
}

function filled(input: Input, facts: Facts): WebhookCall['decision'] {
  const { address, document } = readInput(input);
  return { url: fillAddress(address, facts), body: document && fillDocument(document, facts) };
}

export const webhookCall: EffectDefinition<'webhook.call'> = {
  type: 'webhook.call',
  decide(input, { secret }, facts) {
    // The plan has what was sent; a ledger row says where to.
    const detail = {
      host: /^https?:\/\/([^/?#\s]+)/i.exec(input.url)?.[1] ?? '',
      url: undefined,
      headers: undefined,
      body: undefined,
      save: undefined,
    };
    if (input.secret && !secret) return { outcome: 'failed', code: 'secret-gone', detail };
    try {
      return { outcome: 'done', detail, decision: filled(input, facts), events: [], facts };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return {
        outcome: 'failed',
        code: 'webhook-problem',
        detail: { ...detail, variable: error.variable, message: error.message },
      };
    }
  },
  simulate: ({ secret }, world) => ({
    secret: world.secrets?.find((each) => each.id === secret?.id) ?? null,
  }),
  causes: ({ save }) => [
    { type: 'webhook.answered', data: {} },
    ...(save.length > 0
      ? [
          {
            type: 'candidate.updated' as const,
            data: updateData(save.map(({ field }) => `candidate.custom.${field}`)),
          },
        ]
      : []),
  ],
  words: {
    done: ({ host }) => `Called ${host}`,
    unchanged: ({ host }) => `Call to ${host}`,
    skipped: ({ host }) => `Did not call ${host}`,
    failed: ({ host }) => `Could not call ${host}`,
    codes: {
      'secret-gone': () => 'The secret is gone',
      'webhook-problem': ({ message }) => String(message ?? 'The call cannot be filled in'),
    },
    answered: {
      success: ({ status }) => `Taken with status ${status}`,
      failure: ({ status, reason }) =>
        status ? `Refused with status ${status}` : String(reason ?? 'Refused'),
    },
  },
};
