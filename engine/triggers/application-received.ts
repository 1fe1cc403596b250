/** Pure: the trigger that fires when someone applies. */
import { z } from 'zod';
import { type Condition, conditionSchema } from '../conditions/condition.ts';
import { both, defineTrigger } from '../steps/step.ts';

const sourceNames: Record<string, string> = { greenhouse: 'Greenhouse', generic: 'a webhook' };

export const applicationReceived = defineTrigger({
  type: 'application-received',
  family: 'trigger',
  label: 'Application received',
  about: 'Starts when someone applies.',
  icon: 'zap',
  schema: z.object({
    source: z.string().optional(),
    jobId: z.string().optional(),
    when: conditionSchema.optional(),
  }),
  fields: {
    source: { kind: 'source', label: 'Through', optional: true },
    jobId: { kind: 'job', label: 'For', optional: true },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: {},
  summary: (data, names) => {
    const through = data.source ? ` through ${sourceNames[data.source] ?? data.source}` : '';
    return data.jobId
      ? `Applies for ${names.job(data.jobId) ?? 'a job that is gone'}${through}`
      : `Applies${through || ' for any job'}`;
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: true,
  compile: (data) => {
    const through: Condition | undefined = data.source
      ? { field: 'application.source', op: 'is', value: data.source }
      : undefined;
    const job: Condition | undefined = data.jobId
      ? { field: 'job.id', op: 'is', value: data.jobId }
      : undefined;
    const when = both(both(through, job), data.when);
    return { event: 'application.received', ...(when ? { when } : {}) };
  },
  example: ({ source, jobId }) => ({ source: source ?? null, jobId: jobId ?? null }),
});
