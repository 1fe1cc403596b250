/** Pure: the step that divides candidates by lot, in proportion to weights. */
import { z } from 'zod';
import { defineStep, type Port } from './step.ts';

const armSchema = z.object({
  port: z.string().min(1).max(64),
  label: z.string().max(100).optional(),
  weight: z.number().min(0, 'a weight is below nothing').max(1_000_000),
});

interface Named {
  port: string;
  label?: string | undefined;
}

const nameOf = (arm: Named): string => arm.label || arm.port;
const portsOf = (arms: Named[]): Port[] =>
  arms.map((arm): Port => ({ id: arm.port, label: nameOf(arm), side: 'bottom' }));

/** What can be read of a way that is not finished. */
const draftArm = z.object({ port: z.string(), label: z.string().optional().catch(undefined) });

export const split = defineStep({
  type: 'split',
  family: 'logic',
  label: 'Split',
  about: 'Sends candidates different ways by lot, in proportion to weights.',
  icon: 'percent',
  schema: z.object({
    arms: z
      .array(armSchema)
      .min(2)
      .max(20)
      .refine((arms) => arms.some((arm) => arm.weight > 0), 'one of the weights has to be above nothing'),
  }),
  fields: { arms: { kind: 'arms', label: 'Ways' } },
  initial: {
    arms: [
      { port: 'way-1', label: 'A', weight: 1 },
      { port: 'way-2', label: 'B', weight: 1 },
    ],
  },
  summary: ({ arms }) => {
    const whole = arms.reduce((sum, arm) => sum + arm.weight, 0);
    const share = ({ weight }: { weight: number }) => Math.round((weight / whole) * 100);
    return `Split ${arms.map((arm) => `${nameOf(arm)} ${share(arm)} %`).join(', ')}`;
  },
  ports: ({ arms }) => portsOf(arms),
  draftPorts: ({ arms }) =>
    portsOf(Array.isArray(arms) ? arms.flatMap((each) => draftArm.safeParse(each).data ?? []) : []),
  compile: ({ arms }, to) => ({
    op: 'split',
    arms: arms.map((arm) => ({
      port: arm.port,
      label: nameOf(arm),
      weight: arm.weight,
      next: to[arm.port] ?? '',
    })),
  }),
});
