/** Pure: the trigger that fires by what becomes of a message. */
import { z } from 'zod';
import type { Condition } from '../conditions/condition.ts';
import { both, defineTrigger } from '../steps/step.ts';

const verbs = {
  replied: 'Replies',
  clicked: 'Follows a link',
  bounced: 'A message bounces',
  unsubscribed: 'Unsubscribes',
} as const;

export const messageOutcome = defineTrigger({
  type: 'message-outcome',
  family: 'trigger',
  label: 'Reply, click or bounce',
  about: 'Starts by what becomes of a message.',
  icon: 'zap',
  schema: z.object({
    what: z.enum(['replied', 'clicked', 'bounced', 'unsubscribed']),
    flowId: z.string().optional(),
    templateId: z.string().optional(),
  }),
  fields: {
    what: {
      kind: 'choice',
      label: 'What happens',
      options: [
        { value: 'replied', label: 'A reply' },
        { value: 'clicked', label: 'A click' },
        { value: 'bounced', label: 'A bounce' },
        { value: 'unsubscribed', label: 'An unsubscription' },
      ],
    },
    flowId: { kind: 'flow', label: 'Messages of the flow', optional: true },
    templateId: { kind: 'template', label: 'Messages written with', optional: true },
  },
  initial: { what: 'replied' },
  summary: ({ what, flowId, templateId }, names) => {
    const written = templateId ? ` to “${names.template(templateId) ?? 'a template that is gone'}”` : '';
    const sent = flowId ? ` in “${names.flow(flowId) ?? 'a flow that is gone'}”` : '';
    return `${verbs[what]}${written}${sent}`;
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: ({ what, flowId, templateId }) => {
    const of = (field: string, value: string | undefined): Condition | undefined =>
      value ? { field, op: 'is', value } : undefined;
    const when = both(of('event.flowId', flowId), of('event.templateId', templateId));
    return { event: `message.${what}`, ...(when ? { when } : {}) };
  },
  example: ({ flowId, templateId }) => ({ flowId: flowId ?? null, templateId: templateId ?? null }),
});
