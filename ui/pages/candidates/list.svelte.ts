/** The candidates list: its filters live in the address, its pages in the query cache. */
import { api, read } from '../../app/api.ts';
import { address, path, setQuery } from '../../app/router.svelte.ts';

export const filterNames = ['tag', 'pool', 'stage', 'owner', 'source'] as const;
export type FilterName = (typeof filterNames)[number];
export const sorts = ['recent', 'name', 'created'] as const;
export type Sort = (typeof sorts)[number];

export interface ListQuery extends Partial<Record<FilterName, string>> {
  q?: string;
  sort: Sort;
}

export function readListQuery(query: { get(name: string): string | null }): ListQuery {
  const sort = sorts.find((one) => one === query.get('sort')) ?? 'recent';
  const found: ListQuery = { sort };
  for (const name of ['q', ...filterNames] as const) {
    const value = query.get(name);
    if (value) found[name] = value;
  }
  return found;
}

/** The list's query as one string, to be carried along to a profile. */
export function listQueryText(query: ListQuery): string {
  const { sort, ...rest } = query;
  return path('', { ...rest, sort: sort === 'recent' ? null : sort }).slice(1);
}

/** For `createInfiniteQuery`; a profile opened from the list shares its cache. */
export const candidatesOptions = (query: ListQuery) => ({
  queryKey: ['candidate', 'list', query] as const,
  queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
    read(api.candidates.$get({ query: { ...query, limit: '100', cursor: pageParam } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
});

/** What the address says the list shows, and how to change it. */
export class CandidatesView {
  readonly query = $derived(readListQuery(address.query));
  readonly isFiltered = $derived(
    this.query.q !== undefined || filterNames.some((name) => this.query[name] !== undefined),
  );

  href(id: string): string {
    return path(`/candidates/${id}`, { in: listQueryText(this.query) || 'all' });
  }
  filter(name: FilterName | 'q', value: string | null): void {
    setQuery({ [name]: value }, { push: name !== 'q' });
  }
  sort(by: Sort): void {
    setQuery({ sort: by === 'recent' ? null : by }, { push: true });
  }
  clear(): void {
    setQuery({ q: null, tag: null, pool: null, stage: null, owner: null, source: null }, { push: true });
  }
}
