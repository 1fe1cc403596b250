/** A flow's forecast for a cohort. Nothing is written or sent. */
import { z } from '@hono/zod-openapi';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import { readWorkspace } from '../../db/queries/accounts.ts';
import { keepKeysForSearch } from '../../db/queries/candidate-keys.ts';
import { compileDraft, readDraft } from '../../db/queries/flows.ts';
import { liveFlow, type StoredCohort } from '../../db/queries/forecast.ts';
import { readPool } from '../../db/queries/pools.ts';
import { assumptionsOf } from '../../engine/forecast/assumptions.ts';
import type { ForecastRun } from '../../engine/forecast/entry.ts';
import { obstacleKey } from '../../engine/forecast/tally.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { soundCondition } from '../condition.ts';
import { idParam } from '../contract/common.ts';
import { cohortForecast, forecastRequest } from '../contract/forecast.ts';
import { pageOf, readCursor } from '../cursor.ts';
import { type Deps, resource } from '../env.ts';
import {
  assumptionInWords,
  obstacleInWords,
  outcomeInWords,
  zonesGuessedInWords,
} from '../forecast-words.ts';
import { forecastCohort } from '../forecasting.ts';
import { flowProblems, found, invalid, Problem } from '../problems.ts';
import { answers, body, problems, route } from '../route.ts';
import { namesFor, titleOf } from '../words.ts';

const forecast = route({
  method: 'post',
  path: '/api/flows/{id}/forecast',
  role: 'viewer',
  tags: ['Flows'],
  summary:
    'What the draft, or the live version, would do with a cohort: how many mails when, who gets them, what is in the way',
  request: { params: idParam, body: body(forecastRequest) },
  responses: { ...answers(200, cohortForecast), ...problems('invalid', 'flow-problems', 'cohort-too-slow') },
});

const dayMs = 86_400_000;
const shownMails = 10;
/** Who gets no mail comes after everyone who does. */
const never = Number.MAX_SAFE_INTEGER;

type Placed = ForecastRun & { first: number };
const place = z.object({ first: z.number(), id: z.uuid(), at: z.number() });

const rfc = (ms: number): string => new Date(ms).toISOString();

export const forecastRoutes = ({ db, clock }: Deps) =>
  resource().openapi(forecast, async (c) => {
    const { id } = c.req.valid('param');
    const { cohort, asOf, only, limit, cursor, of: which, perMinute } = c.req.valid('json');
    const after = readCursor(cursor, place);
    if (perMinute !== undefined && 'events' in cohort)
      throw invalid({ path: 'perMinute', message: 'goes with people who enter now, not with past events' });
    const { plan, world, graph } = which === 'live' ? found(await liveFlow(db, id)) : await draftOf(db, id);
    const now = asOf === undefined ? clock.now() : Date.parse(asOf);
    const workspace = await readWorkspace(db);
    const timeZone = isTimeZone(workspace.timeZone) ? workspace.timeZone : 'UTC';
    const { signal } = c.req.raw;
    const { tally, runs, guessedZones, from, of, complete } = await forecastCohort(db, {
      flowId: id,
      plan,
      world,
      timeZone,
      cohort: await storedCohort(db, cohort, { flowId: id, plan, now }),
      now,
      perMinute,
      signal,
    }).catch((error: unknown) => {
      // Nobody reads this answer; but it is no fault of ours that they left.
      throw signal.aborted ? new Problem('bad-request') : error;
    });
    const names = await namesFor(db, [graph]);
    const drawn = new Map(graph.nodes.map((node) => [node.id, node]));
    const titleFor = (node: string | null): string | null => {
      const known = node === null ? null : drawn.get(node);
      return known ? titleOf(known, names) : node;
    };
    const scale = from > 0 ? of / from : 1;
    const scaled = (count: number): number => Math.round(count * scale);
    // Sums are made of the rounded figures, so that what is shown adds up.
    const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
    const days = tally.days.map(({ date, hours }) => {
      const each = hours.map(scaled);
      return { date, mails: sum(each), hours: each };
    });
    const entering = runs.filter(({ status }) => status !== null).map(({ at }) => at);
    const rows = runs
      .filter((run) => only === undefined || run.obstacles.some((each) => obstacleKey(each) === only))
      .map((run): Placed => ({ ...run, first: run.mails[0]?.at ?? never }))
      .sort(inOrder)
      .filter((run) => after === null || inOrder(run, { ...after, candidateId: after.id }) > 0);
    return c.json(
      {
        asOf: rfc(now),
        timeZone,
        from,
        of,
        complete,
        people: scaled(tally.people),
        entering: scaled(tally.entering),
        written: scaled(tally.written),
        runs: scaled(tally.runs),
        mails: sum(days.map(({ mails }) => mails)),
        firstAt: tally.first === null ? null : rfc(tally.first),
        lastAt: tally.last === null ? null : rfc(tally.last),
        lastEntersAt: entering.length === 0 ? null : rfc(Math.max(...entering)),
        days,
        nodes: Object.entries(tally.nodes).map(([nodeId, { people, visits, mails }]) => ({
          nodeId,
          title: titleFor(nodeId) ?? nodeId,
          people: scaled(people),
          visits: scaled(visits),
          mails: scaled(mails),
        })),
        obstacles: tally.obstacles.map((obstacle) => {
          const counted = { ...obstacle, people: scaled(obstacle.people), times: scaled(obstacle.times) };
          const { kind, code, node, people, times } = counted;
          return {
            key: obstacleKey(obstacle),
            kind,
            code,
            nodeId: node,
            text: obstacleInWords(counted, titleFor(node)),
            people,
            times,
          };
        }),
        ends: {
          open: scaled(tally.ends.open),
          blocked: scaled(tally.ends.blocked),
          ended: scaled(tally.ends.ended),
          exited: scaled(tally.ends.exited),
          converted: scaled(tally.ends.converted),
        },
        assumptions: [
          ...assumptionsOf(plan, 'events' in cohort).map(({ code, node }) => ({
            code,
            nodeId: node,
            text: assumptionInWords(code, titleFor(node)),
          })),
          ...(guessedZones === 0
            ? []
            : [{ code: 'zones-guessed', nodeId: null, text: zonesGuessedInWords(scaled(guessedZones), of) }]),
        ],
        ...pageOf(
          rows.slice(0, limit + 1),
          limit,
          ({ first, candidateId, at }) => ({ first, id: candidateId, at }),
          (run) => ({
            candidateId: run.candidateId,
            name: run.name,
            entersAt: rfc(run.at),
            firstAt: run.mails[0] ? rfc(run.mails[0].at) : null,
            mails: run.mails
              .slice(0, shownMails)
              .map(({ node, at }) => ({ nodeId: node, title: titleFor(node) ?? node, at: rfc(at) })),
            mailCount: run.mails.length,
            status: run.status ?? ('refused' as const),
            outcome: outcomeInWords(run),
          }),
        ),
      },
      200,
    );
  });

const inOrder = (
  a: Pick<Placed, 'first' | 'candidateId' | 'at'>,
  b: Pick<Placed, 'first' | 'candidateId' | 'at'>,
): number =>
  a.first - b.first ||
  (a.candidateId === b.candidateId ? a.at - b.at : a.candidateId < b.candidateId ? -1 : 1);

/** @throws {Problem} `flow-problems` where it could not be published. */
async function draftOf(db: Db, id: string) {
  const { graph: draft } = found(await readDraft(db, id));
  const compiled = await compileDraft(db, { draft, name: draft.name });
  if ('problems' in compiled) throw flowProblems(compiled.problems);
  return compiled;
}

/** @throws {Problem} `invalid` for a pool that is none, or a condition that cannot be asked. */
async function storedCohort(
  db: Db,
  cohort: z.infer<typeof forecastRequest>['cohort'],
  { flowId, plan, now }: { flowId: string; plan: Plan; now: number },
): Promise<StoredCohort> {
  if ('poolId' in cohort) {
    if (!(await readPool(db, cohort.poolId)))
      throw invalid({ path: 'cohort.poolId', message: 'is not a pool' });
    return cohort;
  }
  if ('candidateIds' in cohort) return cohort;
  if ('condition' in cohort) {
    const sound = soundCondition(cohort.condition, 'cohort.condition');
    await keepKeysForSearch(db);
    return { condition: await conditionSql(db, sound, now) };
  }
  const types = [...new Set(plan.triggers.map(({ event }) => event ?? 'enrolment.requested'))];
  return { events: { flowId, types, from: now - cohort.events.days * dayMs, to: now } };
}
