/** One candidate's queries, and what can be done to her, optimistically where it is safe. */
import type { CandidateProfile } from '../../../api/contract/candidates.ts';
import { act } from '../../app/act.ts';
import { api, read } from '../../app/api.ts';
import { clock } from '../../app/clock.svelte.ts';
import { sentenceOf } from '../../app/problem.ts';
import { queryClient } from '../../app/queries.ts';
import { toasts } from '../../app/toast.svelte.ts';
import { texts } from '../../texts.ts';

export const filters = ['all', 'mails', 'flow', 'notes', 'stages'] as const;
export type Filter = (typeof filters)[number];

export const candidateOptions = (id: string) => ({
  queryKey: ['candidate', 'one', id] as const,
  queryFn: () => read(api.candidates[':id'].$get({ param: { id } })),
});

export const timelineOptions = (id: string, filter: Filter) => ({
  queryKey: ['candidate', 'timeline', id, filter] as const,
  queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
    read(
      api.candidates[':id'].timeline.$get({
        param: { id },
        query: { filter, cursor: pageParam, limit: '50' },
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
});

/** Shows the change at once; takes it back with a sentence when the server refuses. */
async function optimistic(
  id: string,
  change: (old: CandidateProfile) => CandidateProfile,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const { queryKey } = candidateOptions(id);
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueryData<CandidateProfile>(queryKey);
  if (before) queryClient.setQueryData(queryKey, change(before));
  try {
    await work();
    return true;
  } catch (error) {
    if (before) queryClient.setQueryData(queryKey, before);
    toasts.problem(sentenceOf(error), {
      label: texts.problems.retry,
      run: () => void optimistic(id, change, work),
    });
    return false;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['candidate'] });
  }
}

export const changeTags = (id: string, change: { add?: string[]; remove?: string[] }) =>
  optimistic(
    id,
    (old) => ({
      ...old,
      tags: [
        ...old.tags.filter((tag) => !change.remove?.includes(tag)),
        ...(change.add ?? []).filter((tag) => !old.tags.includes(tag)),
      ],
    }),
    () => read(api.candidates[':id'].tags.$post({ param: { id }, json: change })),
  );

export async function setStatus(id: string, status: CandidateProfile['status']): Promise<void> {
  let before: CandidateProfile['status'] = 'active';
  const done = await optimistic(
    id,
    (old) => {
      before = old.status;
      return { ...old, status };
    },
    () => read(api.candidates[':id'].$patch({ param: { id }, json: { status } })),
  );
  const t = texts.candidates.profile;
  if (done)
    toasts.show(status === 'do-not-contact' ? t.dncDone : t.dncUndone, {
      label: texts.common.undo,
      run: () => void setStatus(id, before),
    });
}

const holds = api.candidates[':id']['contact-hold'];

/** Flows keep quiet for so many days; the way back is a click away. */
export const holdContact = ({ id }: CandidateProfile, days: number): Promise<boolean> =>
  act(
    () => read(holds.$post({ param: { id }, json: { days } })),
    texts.candidates.profile.hold.done(days),
    'candidate',
    () => void release(id),
  );

const release = (id: string, undo?: () => void): Promise<boolean> =>
  act(
    () => read(holds.$delete({ param: { id } })),
    texts.candidates.profile.hold.released,
    'candidate',
    undo,
  );

/** The way back holds her for what was left of it, in whole days. */
export function releaseContact({ id, hold }: CandidateProfile): Promise<boolean> {
  if (!hold) return Promise.resolve(true);
  const { covers, reason, until } = hold;
  const days = Math.min(365, Math.max(1, Math.ceil((Date.parse(until) - clock.now) / 86_400_000)));
  return release(id, () => {
    void act(
      () => read(holds.$post({ param: { id }, json: { days, covers, reason } })),
      texts.candidates.profile.hold.done(days),
      'candidate',
    );
  });
}

export const setOwner = (id: string, owner: { id: string; name: string } | null) =>
  optimistic(
    id,
    (old) => ({ ...old, owner }),
    () => read(api.candidates[':id'].$patch({ param: { id }, json: { ownerId: owner?.id ?? null } })),
  );

export async function copyLink(id: string): Promise<void> {
  await navigator.clipboard.writeText(`${location.origin}/candidates/${id}`);
  toasts.show(texts.candidates.profile.linkCopied);
}
