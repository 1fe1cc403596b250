/** The query cache. Every key starts with a topic of `/api/live`, so that a change there refreshes what it touches. */
import { QueryClient } from '@tanstack/svelte-query';
import { ApiProblem } from './problem.ts';

const isWorthRepeating = (error: Error): boolean =>
  !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && isWorthRepeating(error),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
