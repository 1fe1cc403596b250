/** Pure: the step that starts another flow for the same candidate, and goes on or waits for its end. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep, type Port } from './step.ts';

const schema = z
  .object({
    flowId: z.string().min(1),
    waits: z.boolean().optional(),
    atMost: durationSchema.optional(),
  })
  .refine(({ waits, atMost }) => !waits || atMost !== undefined, {
    path: ['atMost'],
    message: 'say how long to wait at most',
  });

const onward: Port[] = [{ id: 'next', label: '', side: 'bottom' }];
const answered: Port[] = [
  { id: 'converted', label: 'Reached its goal', side: 'bottom' },
  { id: 'ended', label: 'Came to its end', side: 'bottom' },
  { id: 'exited', label: 'Left it early', side: 'bottom' },
  { id: 'refused', label: 'Was not let in', side: 'bottom' },
];
const portsOf = (waits: unknown, late: string): Port[] =>
  waits === true ? [...answered, { id: 'timeout', label: late, side: 'right' }] : onward;

export const runFlow = defineStep({
  type: 'run-flow',
  family: 'logic',
  label: 'Run flow',
  about:
    'Starts another flow for the same candidate, and goes on at once or when that one is over. The other flow goes by its own rules: it runs on though this one is left, moved or stopped meanwhile, so give it the exits that it needs.',
  icon: 'workflow',
  schema,
  fields: {
    flowId: { kind: 'flow', label: 'Flow' },
    waits: { kind: 'toggle', label: 'Wait for its end', optional: true },
    atMost: {
      kind: 'duration',
      label: 'At most',
      hint: 'Only matters where this flow waits for the other one’s end.',
      optional: true,
    },
  },
  initial: { waits: false },
  summary: ({ flowId, waits, atMost }, names) =>
    `Run “${names.flow(flowId) ?? 'a flow that is gone'}”${waits && atMost ? ` and wait ${durationInWords(atMost)} for its end` : ''}`,
  ports: ({ waits, atMost }) =>
    portsOf(waits, atMost ? `Still running after ${durationInWords(atMost)}` : 'Still running'),
  draftPorts: ({ waits }) => portsOf(waits, 'Still running'),
  compile: ({ flowId, waits = false, atMost }, to) => {
    const effect = { op: 'effect', effect: 'flow.start', input: { flowId, waits } } as const;
    if (!waits || !atMost) return { ...effect, next: to.next ?? '' };
    return {
      ...effect,
      // Another flow is always asked: there is no way on without an answer.
      port: 'refused',
      next: to.refused ?? '',
      answer: {
        event: 'flow.answered',
        ports: {
          converted: to.converted ?? '',
          ended: to.ended ?? '',
          exited: to.exited ?? '',
          refused: to.refused ?? '',
        },
        timeout: atMost,
        onTimeout: to.timeout ?? '',
      },
    };
  },
});
