/** Pure: in whose name the steps that write a mail do so: what they may say of it, and how it is told. */
import { z } from 'zod';
import type { From } from '../contact/senders.ts';
import type { Field, Names } from './step.ts';

export interface FromData {
  from?: 'workspace' | 'owner' | 'sender' | undefined;
  senderId?: string | undefined;
}

export const fromSchema = {
  from: z.enum(['workspace', 'owner', 'sender']).optional(),
  senderId: z.string().min(1).optional(),
};

/** For `superRefine`. */
export function askForSender({ from, senderId }: FromData, context: z.RefinementCtx): void {
  if (from === 'sender' && !senderId)
    context.addIssue({ code: 'custom', path: ['senderId'], message: 'no sender is chosen.' });
}

export const fromFields = {
  from: {
    kind: 'choice',
    label: 'In whose name',
    hint: 'Answers come back to this flow whoever it is.',
    optional: true,
    options: [
      { value: 'workspace', label: 'The workspace' },
      { value: 'owner', label: 'The candidate’s owner' },
      { value: 'sender', label: 'A sender of the workspace' },
    ],
  },
  senderId: { kind: 'sender', label: 'Sender', shown: { field: 'from', is: ['sender'] } },
} satisfies Record<string, Field>;

/** Nothing said: nothing stands in the plan, and old plans keep their hash. */
export function fromOf({ from, senderId = '' }: FromData): { from?: From } {
  if (from === 'owner') return { from: { kind: 'owner' } };
  return from === 'sender' ? { from: { kind: 'sender', id: senderId } } : {};
}

/** “ as Halden careers”; empty: as the workspace. */
export function fromInWords({ from, senderId = '' }: FromData, names: Names): string {
  if (from === 'owner') return ' as the owner';
  return from === 'sender' ? ` as ${names.sender?.(senderId) ?? 'a sender who is gone'}` : '';
}
