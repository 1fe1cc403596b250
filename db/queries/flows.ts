/** Writing flows: drafts with a revision, publishing, pausing. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { namesFrom } from '../../engine/flow/describe.ts';
import { findProblems, type Problem } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { loadFor } from '../../engine/plan/load.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { playScenarios, type ScenarioResult } from '../../engine/scenarios/judge.ts';
import type { Pins } from '../../engine/steps/step.ts';
import * as calendar from '../../engine/time/recurrence.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { readWorkspace } from './accounts.ts';
import { planCatchUp } from './due.ts';
import { loadWorld, type StoredWorld } from './flow-world.ts';
import type { Trx } from './lock.ts';
import { markFlow } from './marks.ts';
import { standingIn, versionNumbers } from './moving.ts';
import { beginOperation, cancelMoves } from './operations.ts';
import { planOf } from './plans.ts';
import { planSweeps, removeSweeps } from './sweeps.ts';

/** `now` in milliseconds; absent: nothing is taken for over. */
export const worldOf = (world: StoredWorld, now?: number) => ({
  ...world,
  ...(now === undefined ? {} : { now: { at: now, timeZone: world.timeZone, calendar } }),
  stages: [...new Set(world.stages.map((stage) => stage.name))],
});

/** An empty flow: a name and nothing on the canvas. */
export async function createFlow(db: Db, name: string, by: string, now: number): Promise<string> {
  const id = newId(now);
  const at = new Date(now);
  const draft: Graph = {
    name,
    settings: { reentry: 'after-exit', exitOn: ['candidate.hired', 'message.unsubscribed'] },
    nodes: [],
    edges: [],
  };
  await db
    .insertInto('flow')
    .values({
      id,
      name,
      name_key: fold(name),
      draft: JSON.stringify(draft),
      draft_saved_at: at,
      created_by: by,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
}

/** Renames, archives (only a flow that is not live) or brings back. */
export async function changeFlow(
  db: Db,
  id: string,
  { name, archived }: { name?: string; archived?: boolean },
  now: number,
): Promise<'done' | 'not-found' | 'still-live'> {
  return db.transaction().execute(async (trx) => {
    const flow = await lockFlow(trx, id);
    if (!flow) return 'not-found';
    if (archived && flow.state === 'live') return 'still-live';
    await trx
      .updateTable('flow')
      .set({
        updated_at: new Date(now),
        ...(name === undefined ? {} : { name, name_key: fold(name) }),
        ...(archived === undefined || (archived === false && flow.state !== 'archived')
          ? {}
          : { state: archived ? 'archived' : flow.liveVersionId ? 'paused' : 'draft' }),
      })
      .where('id', '=', id)
      .execute();
    if (archived) await removeSweeps(trx, id);
    else if (archived === false && flow.state === 'archived' && flow.liveVersionId)
      await planSweeps(trx, id, await planOf(trx, flow.liveVersionId), now);
    return 'done';
  });
}

interface LockedFlow {
  name: string;
  state: 'draft' | 'live' | 'paused' | 'archived';
  draft: Graph;
  draftRevision: number;
  liveVersionId: string | null;
}

/** As much as an update locks: rows that only refer to the flow, such as those of a move under way, need not wait. */
async function lockFlow(trx: Trx, id: string): Promise<LockedFlow | null> {
  const found = await trx
    .selectFrom('flow')
    .select(['name', 'state', 'draft', 'draft_revision as draftRevision', 'live_version_id as liveVersionId'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return found ?? null;
}

export interface Draft {
  graph: Graph;
  revision: number;
  savedAt: Date;
}

/** The graph carries the flow's own name, whatever it was saved with. */
export async function readDraft(db: Db, id: string): Promise<Draft | null> {
  const found = await db
    .selectFrom('flow')
    .select(['name', 'draft', 'draft_revision as revision', 'draft_saved_at as savedAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  return found
    ? { graph: { ...found.draft, name: found.name }, revision: found.revision, savedAt: found.savedAt }
    : null;
}

/** `revision`: the one the writer started from; null: whatever is there. Stale: answers what is there. */
export async function saveDraft(
  db: Db,
  id: string,
  graph: Graph,
  revision: number | null,
  now: number,
): Promise<{ saved: Draft } | { stale: Draft } | null> {
  const at = new Date(now);
  const written = await sql<{ revision: number }>`
    update flow set draft = jsonb_set(${JSON.stringify(graph)}::jsonb, '{name}', to_jsonb(name)), draft_revision = draft_revision + 1,
      draft_saved_at = ${at}, updated_at = ${at}
    where id = ${id} ${revision === null ? sql`` : sql`and draft_revision = ${revision}`}
    returning draft_revision as revision`.execute(db);
  const saved = written.rows[0];
  if (saved) return { saved: { graph, revision: saved.revision, savedAt: at } };
  const current = await readDraft(db, id);
  return current && { stale: current };
}

/** What stands in the way of this graph in this workspace. */
export async function problemsOf(
  db: Db | Trx,
  graph: Graph,
  now: number,
  flowId?: string,
): Promise<Problem[]> {
  const world = worldOf(await loadWorld(db, graph), now);
  return findProblems(graph, flowId === undefined ? world : { ...world, self: flowId });
}

/** Plays the graph's scenarios. @throws {InvalidFlow} when the graph cannot be compiled. */
export async function playGraph(db: Db | Trx, graph: Graph): Promise<ScenarioResult[]> {
  const world = await loadWorld(db, graph);
  return playIn(db, graph, world, compile(graph, pinsOf(world)));
}

async function playIn(db: Db | Trx, graph: Graph, world: StoredWorld, plan: Plan): Promise<ScenarioResult[]> {
  if (!graph.scenarios?.length) return [];
  const workspace = await readWorkspace(db);
  await loadFor(plan);
  return playScenarios(graph.scenarios, { plan, graph, world, names: namesFrom(world), workspace });
}

const pinsOf = (world: StoredWorld): Pins => ({
  templates: Object.fromEntries(world.templates.map((template) => [template.id, template.versionId])),
});

export type Published =
  | { versionId: string; number: number; operationId: string | null }
  | { problems: Problem[] }
  /** Red ones; nothing was published. */
  | { scenarios: ScenarioResult[] }
  | { gone: number }
  | null;

/** What becomes of those who stand on a step of a version, by its number. `to`: a step of the new one; null: they leave. */
export interface InFlight {
  version: number;
  node: string;
  to: string | null;
}

/** The draft as a version would have it: its graph, and its plan with the templates of today pinned. `now` as in `worldOf`. */
export async function compileDraft(
  trx: Trx | Db,
  flow: Pick<LockedFlow, 'draft' | 'name'>,
  now?: number,
): Promise<{ graph: Graph; plan: Plan; world: StoredWorld } | { problems: Problem[] }> {
  const graph = { ...flow.draft, name: flow.name };
  const world = await loadWorld(trx, graph);
  const problems = findProblems(graph, worldOf(world, now));
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  return { graph, world, plan: compile(graph, pinsOf(world)) };
}

/**
 * Makes the draft an immutable version with its templates pinned, live from now on. A paused flow stays paused. Those
 * on their way finish on the version they entered but for what `inFlight` says; moves that are still under way to
 * a version before go no further. A red scenario
 * stops it, unless `override` says why it may go live all the same. Null: no such flow; `gone`: the place in `inFlight` whose version or step there is not.
 */
export async function publishFlow(
  db: Db,
  {
    flowId,
    by,
    note,
    override = null,
    inFlight = [],
    onHold,
    now,
  }: {
    flowId: string;
    by: string;
    note: string;
    override?: string | null;
    inFlight?: readonly InFlight[];
    /** Whether its messages wait for a person; undefined: as it was. */
    onHold?: boolean | undefined;
    now: number;
  },
): Promise<Published> {
  return db.transaction().execute(async (trx) => {
    const flow = await lockFlow(trx, flowId);
    if (!flow) return null;
    const compiled = await compileDraft(trx, flow, now);
    if ('problems' in compiled) return compiled;
    const { graph, plan, world } = compiled;
    const red = (await playIn(trx, graph, world, plan)).filter((result) => !result.green);
    if (red.length > 0 && !override) return { scenarios: red };
    const standing = inFlight.length > 0 ? await standingIn(trx, flowId) : [];
    const ids = new Map(standing.map((one) => [one.number, one.version]));
    const versions = await versionNumbers(trx, flowId);
    const known = new Set(versions.values());
    const gone = inFlight.findIndex(
      ({ version, to }) => !known.has(version) || (to !== null && !Object.hasOwn(plan.ops, to)),
    );
    if (gone >= 0) return { gone };
    await cancelMoves(trx, flowId, now);
    const latest = await sql<{
      number: number;
    }>`select coalesce(max(number), 0)::int as number from flow_version where flow_id = ${flowId}`.execute(
      trx,
    );
    const number = (latest.rows[0]?.number ?? 0) + 1;
    const versionId = newId(now);
    const at = new Date(now);
    await sql`update flow_version set live_until = ${at} where flow_id = ${flowId} and live_until is null`.execute(
      trx,
    );
    await trx
      .insertInto('flow_version')
      .values({
        id: versionId,
        flow_id: flowId,
        number,
        graph: JSON.stringify(graph),
        plan: JSON.stringify(plan),
        plan_hash: plan.hash,
        note,
        scenarios_overridden: red.length > 0 ? override : null,
        published_by: by,
        published_at: at,
        live_from: at,
      })
      .execute();
    await trx
      .insertInto('flow_trigger')
      .values(
        plan.triggers.map((trigger) => ({
          version_id: versionId,
          node_id: trigger.node,
          event_type: trigger.event ?? 'enrolment.requested',
        })),
      )
      .execute();
    await trx
      .updateTable('flow')
      .set({
        state: flow.state === 'paused' ? 'paused' : 'live',
        ...(flow.state === 'archived'
          ? { pauses: withPauseOver(now), paused_at: null, paused_reason: null }
          : {}),
        live_version_id: versionId,
        draft: JSON.stringify(graph),
        updated_at: at,
        ...(onHold === undefined ? {} : { on_hold: onHold }),
      })
      .where('id', '=', flowId)
      .execute();
    await planSweeps(trx, flowId, plan, now);
    await planCatchUp(trx, [...new Set(plan.triggers.flatMap((trigger) => trigger.event ?? []))], now);
    // Brought back from the archive: whoever was held there goes on.
    if (flow.state === 'archived') await markFlow(trx, flowId, now);
    const choices = inFlight.flatMap(({ version, node, to }) => {
      const id = ids.get(version);
      return id ? [{ version: id, node, to }] : [];
    });
    const total = standing
      .filter((one) => choices.some((choice) => choice.version === one.version && choice.node === one.node))
      .reduce((sum, one) => sum + one.open + one.blocked, 0);
    const operationId =
      total > 0
        ? await beginOperation(
            trx,
            { flowId, kind: 'move', spec: { to: versionId, choices }, total, by },
            now,
          )
        : null;
    return { versionId, number, operationId };
  });
}

/** The flow's pauses with the one that ends now. */
const withPauseOver = (
  now: number,
) => sql<string>`case when paused_at is null then pauses else pauses || jsonb_build_array(
  jsonb_build_object('from', floor(extract(epoch from paused_at) * 1000), 'to', ${now}::bigint)) end`;

/** Every effect of the flow is held until it is resumed. */
export async function pauseByHand(
  db: Db,
  id: string,
  reason: string | null,
  now: number,
): Promise<'done' | 'not-found' | 'not-live'> {
  return db.transaction().execute(async (trx) => {
    const flow = await lockFlow(trx, id);
    if (!flow) return 'not-found';
    if (flow.state !== 'live') return 'not-live';
    await trx
      .updateTable('flow')
      .set({ state: 'paused', paused_reason: reason, paused_at: new Date(now), updated_at: new Date(now) })
      .where('id', '=', id)
      .execute();
    return 'done';
  });
}

/** Everyone on the way is looked at again. */
export async function resumeFlow(
  db: Db,
  id: string,
  now: number,
): Promise<'done' | 'not-found' | 'not-paused'> {
  return db.transaction().execute(async (trx) => {
    const flow = await lockFlow(trx, id);
    if (!flow) return 'not-found';
    if (flow.state !== 'paused') return 'not-paused';
    await trx
      .updateTable('flow')
      .set({
        state: 'live',
        paused_reason: null,
        paused_at: null,
        pauses: withPauseOver(now),
        resumed_at: new Date(now),
        updated_at: new Date(now),
      })
      .where('id', '=', id)
      .execute();
    await markFlow(trx, id, now);
    return 'done';
  });
}
