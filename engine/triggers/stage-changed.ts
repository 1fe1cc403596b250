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
  schema: z.object({ to: z.string().optional(), from: z.string().optional() }),
  fields: {
    to: { kind: 'stage', label: 'To', optional: true },
    from: { kind: 'stage', label: 'From', optional: true },
  },
  initial: {},
  summary: (data) => {
    if (data.to && data.from) return `Moves from ${data.from} to ${data.to}`;
    if (data.to) return `Stage becomes ${data.to}`;
    return data.from ? `Leaves ${data.from}` : 'Stage changes';
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: true,
  compile: (data) => {
    const to: Condition | undefined = data.to ? { field: 'event.to', op: 'is', value: data.to } : undefined;
    const from: Condition | undefined = data.from
      ? { field: 'event.from', op: 'is', value: data.from }
      : undefined;
    const when = both(to, from);
    return { event: 'application.stage-changed', ...(when ? { when } : {}) };
  },
  example: ({ to, from }) => ({ to: to ?? null, from: from ?? null }),
});
