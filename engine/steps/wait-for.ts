/** Pure: the step that waits for something to happen, but not for ever. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { eventWords } from '../events/words.ts';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep } from './step.ts';

export const waitFor = defineStep({
  type: 'wait-for',
  family: 'wait',
  label: 'Wait for',
  about: 'Goes on when something happens, or when the time is up.',
  icon: 'mail-question-mark',
  schema: z.object({
    event: z.string().min(1),
    timeout: durationSchema,
    when: conditionSchema.optional(),
    scope: z.enum(['enrolment', 'anyone']).optional(),
  }),
  fields: {
    event: { kind: 'event', label: 'Until' },
    timeout: { kind: 'duration', label: 'At most' },
    when: { kind: 'condition', label: 'Only if', optional: true },
    scope: {
      kind: 'choice',
      label: 'Which messages count',
      hint: 'Only matters for replies, clicks and the like.',
      optional: true,
      options: [
        { value: 'enrolment', label: 'The last one this flow sent' },
        { value: 'anyone', label: 'Any message' },
      ],
    },
  },
  initial: { event: 'message.replied', timeout: 'P14D' },
  summary: (data) => `Wait ${durationInWords(data.timeout)} for ${eventWords(data.event).noun}`,
  ports: (data) => {
    const words = eventWords(data.event);
    return [
      { id: 'event', label: words.happened, side: 'bottom' },
      { id: 'timeout', label: `${words.absent} in ${durationInWords(data.timeout)}`, side: 'right' },
    ];
  },
  draftPorts: () => [
    { id: 'event', label: 'It happened', side: 'bottom' },
    { id: 'timeout', label: 'It did not', side: 'right' },
  ],
  answersMessage: (data) => data.event.startsWith('message.') && data.scope !== 'anyone',
  needsApplication: (data) => data.event.startsWith('application.'),
  compile: (data, to) => ({
    op: 'await',
    event: data.event,
    ...(data.when ? { when: data.when } : {}),
    scope: data.scope ?? (data.event.startsWith('message.') ? 'enrolment' : 'anyone'),
    timeout: data.timeout,
    onEvent: to.event ?? '',
    onTimeout: to.timeout ?? '',
  }),
});
