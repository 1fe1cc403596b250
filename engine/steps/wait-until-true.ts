/** Pure: the step that waits until a condition is true, but not for ever. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { anything } from '../plan/ops.ts';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep } from './step.ts';

export const waitUntilTrue = defineStep({
  type: 'wait-until-true',
  family: 'wait',
  label: 'Wait until true',
  about: 'Goes on as soon as a condition holds, or when the time is up.',
  icon: 'circle-check',
  schema: z.object({ when: conditionSchema, timeout: durationSchema }),
  fields: {
    when: { kind: 'condition', label: 'Until', eventless: true },
    timeout: { kind: 'duration', label: 'At most' },
  },
  initial: { timeout: 'P14D' },
  summary: (data) => `Wait ${durationInWords(data.timeout)} for a condition`,
  ports: (data) => [
    { id: 'next', label: 'It holds', side: 'bottom' },
    { id: 'timeout', label: `Not in ${durationInWords(data.timeout)}`, side: 'right' },
  ],
  draftPorts: () => [
    { id: 'next', label: 'It holds', side: 'bottom' },
    { id: 'timeout', label: 'It does not', side: 'right' },
  ],
  compile: ({ when, timeout }, to) => ({
    op: 'await',
    event: anything,
    when,
    scope: 'anyone',
    timeout,
    onEvent: to.next ?? '',
    onTimeout: to.timeout ?? '',
  }),
});
