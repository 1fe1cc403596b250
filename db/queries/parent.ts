/** A run that another one started: who asked for it, and what is told there once it is over or was refused. */
import { z } from 'zod';
import type { StoredParent } from '../schema.ts';
import type { EventToWrite } from './events.ts';

const parentSchema = z.object({
  enrolmentId: z.uuid(),
  node: z.string(),
  visit: z.number(),
  waits: z.boolean(),
});

/** Who asked, as the request's own data say it; null: a person, or a trigger. */
export const parentOf = (data: Record<string, unknown>): StoredParent | null =>
  parentSchema.safeParse(data.parent).data ?? null;

/** What the asker is told, where it waits to be told; to be recorded with what it tells of. */
export function answerTo(
  parent: StoredParent | null,
  outcome: string,
  event: Pick<EventToWrite, 'candidateId' | 'by' | 'applicationId' | 'causeId' | 'depth' | 'recordedAt'> & {
    flowId: string;
  },
): EventToWrite[] {
  if (!parent?.waits) return [];
  const { flowId, ...about } = event;
  const { enrolmentId, node, visit } = parent;
  return [{ ...about, type: 'flow.answered', enrolmentId, data: { node, visit, outcome, flowId } }];
}
