/** What waits for a person: runs that are stuck, mails that failed or whose fate is unknown, replies. */

import { texts } from '../texts.ts';
import { act } from './act.ts';
import { api, read } from './api.ts';

const stuckFlowsAtMost = 20;

/** People stuck in a flow, of every flow that has some. */
async function readBlocked() {
  const { items } = await read(api.flows.$get({ query: { limit: '200' } }));
  const stuck = items.filter((flow) => flow.counts.blocked > 0).slice(0, stuckFlowsAtMost);
  const lists = await Promise.all(
    stuck.map(async (flow) => {
      const page = await read(
        api.flows[':id'].enrolments.$get({
          param: { id: flow.id },
          query: { status: 'blocked', limit: '50' },
        }),
      );
      return page.items.map((run) => ({ ...run, flow: { id: flow.id, name: flow.name } }));
    }),
  );
  return lists.flat();
}
export type BlockedRun = Awaited<ReturnType<typeof readBlocked>>[number];

export const blockedQuery = () => ({ queryKey: ['today', 'blocked'], queryFn: readBlocked });
export const messagesQuery = (status: 'failed' | 'bounced' | 'unknown' | 'received') => ({
  queryKey: ['today', 'messages', status],
  queryFn: async () => (await read(api.messages.$get({ query: { status, limit: '20' } }))).items,
});

const providerAskedMs = 30_000;
/** Events, requests and planned events that the pumps put aside, and a mail provider that has stopped. No event says that a provider stops or goes on: it is asked. */
export const asideQuery = () => ({
  queryKey: ['today', 'aside'],
  queryFn: () => read(api.failures.$get()),
  refetchInterval: providerAskedMs,
});
export type AsideItem = Awaited<ReturnType<ReturnType<typeof asideQuery>['queryFn']>>['items'][number];

const t = texts.settings.failures;
export const retryRun = (run: BlockedRun) =>
  act(
    () => read(api.enrolments[':id'].retry.$post({ param: { id: run.id } })),
    t.retried(run.candidate.fullName),
    'today',
  );
export const stopRun = (run: BlockedRun) =>
  act(
    () => read(api.enrolments[':id'].stop.$post({ param: { id: run.id } })),
    t.stopped(run.candidate.fullName),
    'today',
  );
export const tryAgain = (item: AsideItem) =>
  act(
    () => read(api.failures[':kind'][':id'].retry.$post({ param: { kind: item.kind, id: item.id } })),
    t.triedAgain(item.title),
    'today',
  );
