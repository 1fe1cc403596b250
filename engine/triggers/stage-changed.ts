/** Pure: the trigger that fires when an application moves to another stage. */
import { z } from 'zod';
import type { Condition } from '../conditions/condition.ts';
import { both, defineTrigger } from '../steps/step.ts';

export const stageChanged = defineTrigger({
  type: 'stage-changed',
  family: 'trigger',
  label: 'Stage changed',
  about: 'Starts when an application moves to another stage.',
  icon: 'zap',
  schema: z.object({
    to: z.string().optional(),
    from: z.string().optional(),
    pipelineId: z.string().optional(),
  }),
  fields: {
    pipelineId: { kind: 'pipeline', label: 'Pipeline', optional: true },
    to: { kind: 'stage', label: 'To', optional: true },
    from: { kind: 'stage', label: 'From', optional: true },
  },
  initial: {},
  summary: ({ to, from, pipelineId }, names) => {
    const within = pipelineId ? ` in “${names.pipeline?.(pipelineId) ?? 'a pipeline that is gone'}”` : '';
    if (to && from) return `Moves from ${from} to ${to}${within}`;
    if (to) return `Stage becomes ${to}${within}`;
    return from ? `Leaves ${from}${within}` : `Stage changes${within}`;
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: true,
  compile: (data) => {
    const to: Condition | undefined = data.to ? { field: 'event.to', op: 'is', value: data.to } : undefined;
    const from: Condition | undefined = data.from
      ? { field: 'event.from', op: 'is', value: data.from }
      : undefined;
    const within: Condition | undefined = data.pipelineId
      ? { field: 'event.pipelineId', op: 'is', value: data.pipelineId }
      : undefined;
    const when = both(both(to, from), within);
    return { event: 'application.stage-changed', ...(when ? { when } : {}) };
  },
  example: ({ to, from, pipelineId }) => ({
    to: to ?? null,
    from: from ?? null,
    pipelineId: pipelineId ?? null,
  }),
});
