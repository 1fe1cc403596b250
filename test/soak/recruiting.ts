/** What recruiters do in a soak, by lot, with flows and with many at once. */
import { beginEnrolment, beginRepair, undoMove } from '../../db/queries/begin-operations.ts';
import { pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { discardHeld, endHold, releaseHeld } from '../../db/queries/on-hold.ts';
import { cancelOperation } from '../../db/queries/operations.ts';
import { day } from '../harness/house.ts';
import { flowNames } from './drawings.ts';
import { marta, oneOf, type Stage } from './happenings.ts';
import { holdBegins, holdEnds } from './observer.ts';

/** Answers what was done; null: there was nothing to do it with. */
type Doing = (stage: Stage) => Promise<string | null>;

const pause: Doing = async (stage) => {
  const name = oneOf(stage, flowNames);
  if (!name) return null;
  await pauseByHand(stage.db, stage.flows.ids[name], null, stage.now);
  return 'a flow is paused';
};

const publish: Doing = async (stage) => {
  const { db, flows, chance, now } = stage;
  const name = oneOf(stage, flowNames);
  const moves = oneOf(stage, ['all', 'some', 'none'] as const) ?? 'all';
  if (!name) return null;
  const onHold = chance.draw() < 0.3 ? chance.draw() < 0.6 : undefined;
  if (onHold === false) await holdEnds(db, flows.ids[name], now);
  await flows.publishNext(name, { moves, onHold }, now);
  if (onHold === true) await holdBegins(db, flows.ids[name], stage.present());
  return `a flow is published, and ${moves} go over`;
};

const bringBack: Doing = async ({ db, ground, now }) => {
  const last = await db
    .selectFrom('operation')
    .select('id')
    .where('kind', '=', 'move')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const begun = last && (await undoMove(db, last.id, ground.person, now));
  return begun ? 'a move is taken back' : null;
};

const askMany: Doing = async ({ db, flows, ground, chance, now }) => {
  const perMinute = chance.draw() < 0.5 ? 5 : null;
  const from = { poolId: chance.draw() < 0.5 ? ground.letters : ground.warm };
  await beginEnrolment(db, { flowId: flows.ids['By invitation'], from, perMinute, by: ground.person }, now);
  return 'a pool is asked in';
};

const callOff: Doing = async ({ db, now }) => {
  const running = await db
    .selectFrom('operation')
    .select('id')
    .where('state', '=', 'running')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return running && (await cancelOperation(db, running.id, now)) === 'done'
    ? 'an operation is called off'
    : null;
};

/** The same for all who stand on one step of a flow. */
const repairMany: Doing = async (stage) => {
  const { db, flows, ground, now } = stage;
  const name = oneOf(stage, flowNames);
  if (!name) return null;
  const standing = await db
    .selectFrom('enrolment')
    .innerJoin('flow_version', 'flow_version.id', 'enrolment.version_id')
    .select(['enrolment.node_id as node', 'flow_version.number as version', 'flow_version.plan'])
    .where('enrolment.flow_id', '=', flows.ids[name])
    .where('enrolment.status', '=', 'open')
    .orderBy('number', 'desc')
    .orderBy('enrolment.node_id')
    .limit(50)
    .execute();
  const place = oneOf(stage, standing);
  if (!place?.node) return null;
  const action = oneOf(stage, ['skip', 'skip', 'move', 'exit'] as const) ?? 'skip';
  const node = action === 'move' ? oneOf(stage, Object.keys(place.plan.ops).sort()) : undefined;
  const filter = { node: place.node, version: place.version };
  await beginRepair(db, flows.ids[name], { action, node, filter }, ground.person, now);
  return `all on a step: ${action}`;
};

const settleHeld: Doing = async (stage) => {
  const { db, flows, chance, now } = stage;
  const onHold = await db
    .selectFrom('message')
    .select('flow_id as flowId')
    .distinct()
    .where('status', '=', 'held')
    .where('flow_id', 'is not', null)
    .execute();
  const held = new Set(onHold.map((one) => one.flowId));
  const name = oneOf(
    stage,
    flowNames.filter((one) => held.has(flows.ids[one])),
  );
  if (!name) return null;
  const flowId = flows.ids[name];
  if (chance.draw() < 0.4) {
    await holdEnds(db, flowId, now);
    await endHold(db, flowId, now);
  }
  const released = chance.draw() < 0.8;
  await (released ? releaseHeld : discardHeld)(db, { flowId }, { by: marta, now });
  return released ? 'what is held is let go' : 'what is held is discarded';
};

/** Each with its share of the moments at which it may come. */
const shares: [share: number, doing: Doing][] = [
  [0.03, pause],
  [0.04, publish],
  [0.02, bringBack],
  [0.01, askMany],
  [0.02, callOff],
  [0.015, repairMany],
  [0.06, settleHeld],
];

/** Now and then one of them; a flow that was paused is resumed within days. Answers what was done. */
export async function houseChanges(stage: Stage): Promise<string | null> {
  const { db, chance, now } = stage;
  const paused = await db
    .selectFrom('flow')
    .select(['id', 'paused_at'])
    .where('state', '=', 'paused')
    .execute();
  const due = paused.find(({ paused_at }) => now - (paused_at?.getTime() ?? 0) > day * 6 * chance.draw());
  if (due) {
    await resumeFlow(db, due.id, now);
    return 'a flow is resumed';
  }
  let lot = chance.draw();
  for (const [share, doing] of shares) {
    if (lot < share) return await doing(stage);
    lot -= share;
  }
  return null;
}
