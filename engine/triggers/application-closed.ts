/** Pure: the trigger that fires when an application comes to its end. */
import { z } from 'zod';
import { type Condition, conditionSchema } from '../conditions/condition.ts';
import { both, defineTrigger } from '../steps/step.ts';

const words = { hired: 'Is hired', rejected: 'Is rejected', withdrawn: 'Withdraws' } as const;

export const applicationClosed = defineTrigger({
  type: 'application-closed',
  family: 'trigger',
  label: 'Application closed',
  about: 'Starts when someone is hired or rejected, or withdraws.',
  icon: 'zap',
  schema: z.object({
    how: z.enum(['hired', 'rejected', 'withdrawn']),
    jobId: z.string().optional(),
    when: conditionSchema.optional(),
  }),
  fields: {
    how: {
      kind: 'choice',
      label: 'How it ends',
      options: [
        { value: 'hired', label: 'Hired' },
        { value: 'rejected', label: 'Rejected' },
        { value: 'withdrawn', label: 'Withdrawn' },
      ],
    },
    jobId: { kind: 'job', label: 'For', optional: true },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: { how: 'rejected' },
  summary: ({ how, jobId }, names) =>
    jobId ? `${words[how]} for ${names.job(jobId) ?? 'a job that is gone'}` : words[how],
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: true,
  compile: ({ how, jobId, when: asked }) => {
    const job: Condition | undefined = jobId ? { field: 'job.id', op: 'is', value: jobId } : undefined;
    const when = both(job, asked);
    return { event: `application.${how}`, ...(when ? { when } : {}) };
  },
  example: () => ({}),
});
