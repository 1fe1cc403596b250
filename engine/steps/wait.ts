/** Pure: the step that lets time pass. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep } from './step.ts';

export const wait = defineStep({
  type: 'wait',
  family: 'wait',
  label: 'Wait',
  about: 'Lets time pass, counted on the candidate’s own clock.',
  icon: 'clock',
  schema: z.object({ for: durationSchema }),
  fields: { for: { kind: 'duration', label: 'Wait for' } },
  initial: { for: 'P3D' },
  summary: (data) => `Wait ${durationInWords(data.for)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({ op: 'sleep', for: data.for, next: to.next ?? '' }),
});
