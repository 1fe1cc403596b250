/** The board's applications by stage, and moving one: at once on screen, back again when the server refuses. */
import type { InfiniteData } from '@tanstack/svelte-query';
import { api, read } from '../../app/api.ts';
import { sentenceOf } from '../../app/problem.ts';
import { queryClient } from '../../app/queries.ts';
import { toasts } from '../../app/toast.svelte.ts';
import { daysSince } from '../../app/when.ts';
import { texts } from '../../texts.ts';

type Page = Awaited<ReturnType<typeof readPage>>;
export type Application = Page['items'][number];
export interface Stage {
  id: string;
  name: string;
  targetDays: number | null;
  active: number;
}
export interface Column {
  stage: Stage;
  cards: Application[];
  /** Days, of those on screen. */
  median: number | null;
  over: number;
}

const readPage = (pipeline: string, job: string | undefined, cursor: string | undefined) =>
  read(api.applications.$get({ query: { pipeline, job, cursor, status: 'active', limit: '200' } }));

export const boardOptions = (pipeline: string, job: string | undefined) => ({
  queryKey: ['application', 'board', pipeline, job ?? null] as const,
  queryFn: ({ pageParam }: { pageParam: string | undefined }) => readPage(pipeline, job, pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
});

/** Oldest first within a stage: who waited longest is on top. */
export function columnsOf(stages: Stage[], applications: Application[], now: number): Column[] {
  return stages.map((stage) => {
    const cards = applications
      .filter((one) => one.stage?.id === stage.id)
      .toSorted((a, b) => a.stageSince.localeCompare(b.stageSince));
    const days = cards.map((card) => daysSince(Date.parse(card.stageSince), now)).toSorted((a, b) => a - b);
    const { targetDays } = stage;
    return {
      stage,
      cards,
      median: days[Math.floor((days.length - 1) / 2)] ?? null,
      over: targetDays === null ? 0 : days.filter((day) => day > targetDays).length,
    };
  });
}

/** The stage whose median is furthest over its target. */
export function bottleneckOf(columns: Column[]): Column | null {
  const late = columns.filter(
    ({ median, stage, cards }) =>
      median !== null && stage.targetDays !== null && median > stage.targetDays && cards.length >= 3,
  );
  return (
    late.toSorted(
      (a, b) => (b.median ?? 0) / (b.stage.targetDays ?? 1) - (a.median ?? 0) / (a.stage.targetDays ?? 1),
    )[0] ?? null
  );
}

/**
 * @param undoing the way back says so and offers no further undo.
 * @param onshown called once the card stands in its new column.
 */
export async function move(
  application: Application,
  to: Stage,
  from: Stage | null,
  undoing = false,
  onshown?: () => void,
): Promise<void> {
  if (application.stage?.id === to.id) return;
  const queryKey = ['application', 'board'];
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueriesData<InfiniteData<Page>>({ queryKey });
  const moved: Application = {
    ...application,
    stage: { id: to.id, name: to.name, kind: 'active' },
    stageSince: new Date().toISOString(),
  };
  queryClient.setQueriesData<InfiniteData<Page>>(
    { queryKey },
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({
          ...page,
          items: page.items.map((one) => (one.id === application.id ? moved : one)),
        })),
      },
  );
  onshown?.();
  const t = texts.pipelines;
  const { fullName } = application.candidate;
  try {
    await read(api.applications[':id'].$patch({ param: { id: application.id }, json: { stageId: to.id } }));
    toasts.show(
      undoing ? t.movedBack(fullName, to.name) : t.moved(fullName, to.name),
      from && !undoing
        ? { label: texts.common.undo, run: () => void move(moved, from, null, true) }
        : undefined,
    );
  } catch (error) {
    for (const [key, value] of before) queryClient.setQueryData(key, value);
    toasts.problem(sentenceOf(error), {
      label: texts.problems.retry,
      run: () => void move(application, to, from, undoing),
    });
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['application'] });
    void queryClient.invalidateQueries({ queryKey: ['candidate'] });
  }
}
