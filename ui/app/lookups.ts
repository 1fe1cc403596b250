/** Queries that many screens share: names of pools, flows, people, pipelines, tags. */
import { api, read } from './api.ts';

const minute = 60_000;

export const poolsQuery = () => ({
  queryKey: ['pool', 'list'],
  queryFn: () => read(api.pools.$get({ query: { limit: '200' } })),
  staleTime: minute,
});
export const archivedPoolsQuery = () => ({
  queryKey: ['pool', 'archived'],
  queryFn: () => read(api.pools.$get({ query: { limit: '200', archived: 'true' } })),
});
export const flowsQuery = () => ({
  queryKey: ['flow', 'list'],
  queryFn: () => read(api.flows.$get({ query: { limit: '200' } })),
});
export const archivedFlowsQuery = () => ({
  queryKey: ['flow', 'archived'],
  queryFn: () => read(api.flows.$get({ query: { limit: '200', state: 'archived' } })),
});
export const peopleQuery = () => ({
  queryKey: ['people'],
  queryFn: () => read(api.users.$get()),
  staleTime: 5 * minute,
});
export const pipelinesQuery = () => ({
  queryKey: ['application', 'pipelines'],
  queryFn: () => read(api.pipelines.$get()),
  staleTime: minute,
});
export const jobsQuery = () => ({
  queryKey: ['application', 'jobs'],
  queryFn: () => read(api.jobs.$get({ query: { limit: '200', status: 'open' } })),
  staleTime: minute,
});
export const tagsQuery = () => ({
  queryKey: ['candidate', 'tags'],
  queryFn: () => read(api.tags.$get()),
  staleTime: minute,
});
export const customFieldsQuery = () => ({
  queryKey: ['candidate', 'custom-fields'],
  queryFn: () => read(api['custom-fields'].$get()),
  staleTime: minute,
});
export const sourcesQuery = () => ({
  queryKey: ['source', 'list'],
  queryFn: () => read(api.sources.$get({ query: { limit: '200' } })),
  staleTime: minute,
});
