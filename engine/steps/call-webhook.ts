/** Pure: the step that calls another system and goes on by its answer. */
import { z } from 'zod';
import { originOf, readAddress, readDocument } from '../templates/json.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { durationSchema } from '../time/duration.ts';
import { savedField } from '../webhooks/answer.ts';
import { readHeaders } from '../webhooks/headers.ts';
import { defineStep } from './step.ts';

export const webhookMethods = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;
const carriesBody = (method: (typeof webhookMethods)[number]): boolean =>
  method !== 'GET' && method !== 'DELETE';

/** What reading it minds, as half a sentence; null: nothing. */
function minded(read: () => void): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    return error.message.replace(/^It /, 'it ').replace(/\.$/, '');
  }
}

const checked = (check: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const message = check(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

const schema = z.object({
  method: z.enum(webhookMethods).default('POST'),
  url: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .pipe(checked((text) => minded(() => readAddress(text)))),
  headers: checked((text) => {
    const read = readHeaders(text);
    return 'problem' in read ? read.problem : null;
  }).optional(),
  body: z
    .string()
    .max(20_000)
    .pipe(checked((text) => (text.trim() === '' ? null : minded(() => readDocument(text)))))
    .optional(),
  secretId: z.string().optional(),
  secretUse: z.enum(['signature', 'bearer']).default('signature'),
  seconds: z.number().int().min(1).max(30).default(10),
  patience: durationSchema.default('PT6H'),
  save: z.array(savedField).max(20).optional(),
});

export const callWebhook = defineStep({
  type: 'call-webhook',
  family: 'action',
  label: 'Webhook',
  about:
    'Calls another system and goes on by its answer. A call without a clear answer is repeated under the same webhook-id, so the receiver may see it more than once and can tell.',
  icon: 'webhook',
  schema,
  fields: {
    method: {
      kind: 'choice',
      label: 'Method',
      options: webhookMethods.map((value) => ({ value, label: value })),
    },
    url: {
      kind: 'text',
      label: 'Address',
      placeholder: 'https://example.com/candidates/{{ candidate.id }}',
      hint: 'Values may stand behind the host.',
    },
    body: {
      kind: 'long-text',
      label: 'Body',
      optional: true,
      hint: 'JSON; values stand in strings: "{{ candidate.email }}". A string that is one value alone keeps its type.',
    },
    headers: {
      kind: 'long-text',
      label: 'Headers',
      optional: true,
      placeholder: 'X-Team: recruiting',
      hint: 'One a line. Passwords and keys belong into the secret.',
    },
    secretId: {
      kind: 'secret',
      label: 'Secret',
      optional: true,
      hint: 'Made under Settings, where an admin says which hosts a bearer token may be sent to.',
    },
    secretUse: {
      kind: 'choice',
      label: 'The secret is',
      options: [
        { value: 'signature', label: 'a signing key (Standard Webhooks)' },
        { value: 'bearer', label: 'a bearer token' },
      ],
    },
    seconds: { kind: 'number', label: 'Time for one try', unit: 'seconds', least: 1, most: 30 },
    patience: {
      kind: 'duration',
      label: 'Try for',
      hint: 'An error of theirs or no answer is tried again, ever less often. While the flow is paused this time stands still.',
    },
    save: {
      kind: 'answer-fields',
      label: 'Keep from the answer',
      optional: true,
      hint: 'Where it stands in the answer’s JSON, and the candidate’s field that it goes into.',
    },
  },
  initial: { method: 'POST', secretUse: 'signature', seconds: 10, patience: 'PT6H' },
  summary: ({ method, url }) => `${method} to ${hostOf(url)}`,
  ports: () => [
    { id: 'success', label: 'Taken', side: 'bottom' },
    { id: 'failure', label: 'Refused', side: 'bottom' },
    { id: 'timeout', label: 'No answer', side: 'right' },
  ],
  sendsSecret: ({ url, secretId, secretUse }) =>
    secretId && secretUse === 'bearer' ? { field: 'secretId', id: secretId, to: originOf(url) } : null,
  compile: ({ method, url, headers = '', body, secretId, secretUse, seconds, patience, save = [] }, to) => {
    const read = readHeaders(headers);
    return {
      op: 'effect',
      effect: 'webhook.call',
      input: {
        method,
        url,
        headers: 'headers' in read ? read.headers : [],
        body: carriesBody(method) && body?.trim() ? body : null,
        secret: secretId ? { id: secretId, use: secretUse } : null,
        seconds,
        save,
      },
      port: 'failure',
      next: to.failure ?? '',
      answer: {
        event: 'webhook.answered',
        ports: { success: to.success ?? '', failure: to.failure ?? '' },
        timeout: patience,
        onTimeout: to.timeout ?? '',
      },
    };
  },
});

export const hostOf = (url: string): string => /^https?:\/\/([^/?#\s]+)/i.exec(url)?.[1] ?? url;
