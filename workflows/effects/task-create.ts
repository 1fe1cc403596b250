/** Effect: a task for a person, or an approval that the run then waits for. */
import { knownPeople } from '../../db/queries/people.ts';
import { writeTasks } from '../../db/queries/tasks.ts';
import type { EffectHandler } from './effect.ts';

export const taskCreate: EffectHandler<'task.create'> = {
  know: (asked, { trx }) =>
    knownPeople(
      trx,
      asked.map(({ input: { whom }, place: { candidateId, flowId, node } }) => ({
        whom,
        candidateId,
        flowId,
        node,
        chooses: true,
      })),
    ),
  async write(decided, { trx }) {
    await writeTasks(
      trx,
      decided.map(({ decision: { kind, title, body, assignee, dueAt }, place }) => ({
        kind,
        title,
        body,
        assigneeId: assignee?.id ?? null,
        candidateId: place.candidateId,
        applicationId: place.applicationId,
        dueAt,
        by: { kind: 'flow', id: place.flowId },
        enrolmentId: place.enrolmentId,
        node: place.node,
        visit: place.visit,
        now: place.now,
      })),
    );
  },
};
