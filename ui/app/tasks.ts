/** Tasks and notices of whoever is signed in: their queries, and what is done with them. */
import type { TaskRow } from '../../api/contract/tasks.ts';
import { texts } from '../texts.ts';
import { act } from './act.ts';
import { api, read } from './api.ts';
import { sentenceOf } from './problem.ts';
import { queryClient } from './queries.ts';
import { toasts } from './toast.svelte.ts';

/** As many as a list shows at once. */
export const mostTasks = 50;

export const tasksQuery = (of: 'mine' | 'nobody') => ({
  queryKey: ['task', of],
  queryFn: async () => (await read(api.tasks.$get({ query: { of, limit: String(mostTasks) } }))).items,
});
export const tasksOfCandidate = (candidate: string) => ({
  queryKey: ['task', 'candidate', candidate],
  queryFn: async () => (await read(api.tasks.$get({ query: { candidate, limit: String(mostTasks) } }))).items,
});
/** For the bell: only how many are new. */
export const unreadQuery = () => ({
  queryKey: ['notice', 'unread'],
  queryFn: async () => (await read(api.notices.$get({ query: { limit: '1' } }))).unread,
});

const t = texts.tasks;
const setStatus = (id: string, status: 'open' | 'done') =>
  read(api.tasks[':id'].$patch({ param: { id }, json: { status } }));

export function finish({ id, title }: TaskRow): Promise<boolean> {
  const undo = () => void act(() => setStatus(id, 'open'), t.reopened(title), 'task');
  return act(() => setStatus(id, 'done'), t.doneSaid(title), 'task', undo);
}

/** What a flow waits for cannot be taken back; of two who decide the first one counts, and the second is told. */
export async function decide({ id, title }: TaskRow, outcome: 'approved' | 'declined'): Promise<void> {
  try {
    const decided = await read(api.tasks[':id'].decide.$post({ param: { id }, json: { outcome } }));
    toasts.show(decided.first ? t.decided[outcome](title) : t.stands[decided.outcome]);
  } catch (error) {
    toasts.problem(sentenceOf(error));
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['task'] });
  }
}
