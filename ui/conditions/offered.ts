/** What a condition offers to choose from, looked up by a page that has no lists of its own. */
import { createQuery } from '@tanstack/svelte-query';
import {
  customFieldsQuery,
  jobsQuery,
  pipelinesQuery,
  poolsQuery,
  sourcesQuery,
  tagsQuery,
} from '../app/lookups.ts';
import type { ConditionChoices } from './choices.ts';

/** To be called while a component is set up; the answer is read anew whenever it is asked. */
export function offeredChoices(): () => ConditionChoices {
  const pools = createQuery(poolsQuery);
  const jobs = createQuery(jobsQuery);
  const pipelines = createQuery(pipelinesQuery);
  const sources = createQuery(sourcesQuery);
  const tags = createQuery(tagsQuery);
  const fields = createQuery(customFieldsQuery);
  return () => ({
    pools: pools.data?.items ?? [],
    jobs: jobs.data?.items ?? [],
    stages: [
      ...new Set((pipelines.data?.items ?? []).flatMap((one) => one.stages.map((stage) => stage.name))),
    ],
    sources: sources.data?.items ?? [],
    tags: (tags.data?.items ?? []).map(({ tag }) => tag),
    customFields: (fields.data?.items ?? []).map(({ name }) => name),
  });
}
