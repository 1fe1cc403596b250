/** Pure: the step that moves the application to another stage of its pipeline. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const moveStage = defineStep({
  type: 'move-stage',
  family: 'action',
  label: 'Stage',
  about: 'Moves the application to a stage of its pipeline.',
  icon: 'square-kanban',
  schema: z.object({ stage: z.string().trim().min(1) }),
  fields: { stage: { kind: 'stage', label: 'Stage' } },
  initial: {},
  summary: (data) => `Move to ${data.stage}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  needsApplication: () => true,
  compile: (data, to) => ({
    op: 'effect',
    effect: 'application.move',
    input: { stage: data.stage },
    next: to.next ?? '',
  }),
});
