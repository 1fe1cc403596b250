/** Pure: a task for a person; an approval is one that the run waits for. */
import type { Names } from '../steps/step.ts';
import { fillText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { addDuration, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import { type Colleague, type KnownPeople, simulatedPeople, type Whom, whoIsMeant } from '../whom.ts';
import type { EffectDefinition } from './effect.ts';

export type TaskKind = 'task' | 'approval';

export interface TaskCreate {
  /** `title` and `body` (null: none): Liquid. `due`: so long after it was created; null: whenever. */
  input: { of: TaskKind; title: string; body: string | null; whom: Whom; due: Duration | null };
  known: KnownPeople;
  /** `assignee` null: whoever takes it. `dueAt` in milliseconds since 1970. */
  decision: { kind: TaskKind; title: string; body: string; assignee: Colleague | null; dueAt: number | null };
}

const longestTitle = 300;

export const taskCreate: EffectDefinition<'task.create'> = {
  type: 'task.create',
  decide({ of: kind, title, body, whom, due }, known, facts, now) {
    try {
      const filled = fillText(title, facts).replace(/\s+/g, ' ').slice(0, longestTitle).toWellFormed();
      if (filled === '') return { outcome: 'failed', code: 'title-empty', detail: { of: kind } };
      const assignee = whoIsMeant(whom, known);
      // A candidate without an owner is no mistake of the flow's: the task is anyone's.
      if (!assignee && whom.to !== 'owner')
        return { outcome: 'failed', code: 'person-gone', detail: { of: kind, title: filled } };
      return {
        outcome: 'done',
        detail: { of: kind, title: filled, assignee: assignee?.name ?? null },
        decision: {
          kind,
          title: filled,
          body: body === null ? '' : fillText(body, facts),
          assignee,
          dueAt: due === null ? null : addDuration(now, due, zoneFor(facts)),
        },
        events: [{ type: 'task.created', data: { kind, assigneeId: assignee?.id ?? null } }],
        facts,
      };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return { outcome: 'failed', code: 'text-problem', detail: { of: kind, message: error.message } };
    }
  },
  simulate: ({ whom }, { people = [] }, facts) => simulatedPeople(whom, people, facts),
  causes: ({ of: kind }) => [{ type: 'task.created', data: { kind } }],
  words: {
    done: ({ of, title }) => (of === 'approval' ? `Asked for approval: “${title}”` : `Task “${title}”`),
    unchanged: ({ title }) => `Task “${title}”`,
    skipped: () => 'Made no task',
    failed: ({ of }) => (of === 'approval' ? 'Could not ask for approval' : 'Could not make the task'),
    codes: { 'title-empty': () => 'The title came to nothing' },
    notes: ({ assignee }) => [
      { mark: 'note', text: assignee ? `For ${assignee}` : 'For anyone: the candidate has no owner' },
    ],
    answered: {
      approved: ({ personId }, names) => `Approved${by(personId, names)}`,
      declined: ({ personId }, names) => `Declined${by(personId, names)}`,
    },
  },
};

/** A program that decides has no name here. */
function by(personId: unknown, names: Names): string {
  const name = names.person(String(personId ?? ''));
  return name ? ` by ${name}` : '';
}
