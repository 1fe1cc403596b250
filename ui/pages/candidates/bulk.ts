/** What can be done to several candidates at once, each with its way back. */
import { api, read } from '../../app/api.ts';
import { sentenceOf } from '../../app/problem.ts';
import { queryClient } from '../../app/queries.ts';
import { toasts } from '../../app/toast.svelte.ts';
import { texts } from '../../texts.ts';

const t = texts.candidates.bulk;
const atOnce = 6;

/** Runs over all ids, a few at a time; the first failure stops the rest. */
async function forEach(ids: string[], work: (id: string) => Promise<unknown>): Promise<void> {
  const left = [...ids];
  const lane = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await work(id);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, lane));
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    toasts.problem(sentenceOf(error), { label: texts.problems.retry, run: () => void attempt(work) });
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['candidate'] });
    void queryClient.invalidateQueries({ queryKey: ['pool'] });
  }
}

const changeTag = (ids: string[], change: { add?: string[]; remove?: string[] }) =>
  forEach(ids, (id) => read(api.candidates[':id'].tags.$post({ param: { id }, json: change })));

/** `had`: those who wore the tag already keep it when this is undone. */
export const addTag = (ids: string[], tag: string, had: string[] = []) =>
  attempt(async () => {
    await changeTag(ids, { add: [tag] });
    const fresh = ids.filter((id) => !had.includes(id));
    toasts.show(t.tagged(ids.length, tag), {
      label: texts.common.undo,
      run: () =>
        void attempt(async () => {
          await changeTag(fresh, { remove: [tag] });
          toasts.show(t.untagged(tag));
        }),
    });
  });

export const addToPool = (ids: string[], pool: { id: string; label: string }) =>
  attempt(async () => {
    const { added } = await read(
      api.pools[':id'].members.$post({ param: { id: pool.id }, json: { candidateIds: ids } }),
    );
    // Undo only where it is known that nobody was a member before.
    const undo = {
      label: texts.common.undo,
      run: () =>
        void attempt(async () => {
          await forEach(ids, (candidateId) =>
            read(api.pools[':id'].members[':candidateId'].$delete({ param: { id: pool.id, candidateId } })),
          );
          toasts.show(t.unpooled(pool.label));
        }),
    };
    toasts.show(t.pooled(added, pool.label), added === ids.length ? undo : undefined);
  });

export const addToNewPool = (ids: string[], name: string) =>
  attempt(async () => {
    const { id } = await read(api.pools.$post({ json: { name } }));
    await addToPool(ids, { id, label: name });
  });

export const enrol = (ids: string[], flow: { id: string; label: string }) =>
  attempt(async () => {
    const { requested } = await read(
      api.flows[':id'].enrolments.$post({ param: { id: flow.id }, json: { candidateIds: ids } }),
    );
    toasts.show(t.enrolled(requested, flow.label));
  });
