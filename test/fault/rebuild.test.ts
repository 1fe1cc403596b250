/**
 * Temporal's store is lost, or comes back as it was some time ago, while people are where a plain run never is: moved to
 * another version, in a flow on hold, in one that is paused, in the middle of a call that is tried again.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import {
  createFlow,
  pauseByHand,
  publishFlow,
  readDraft,
  resumeFlow,
  saveDraft,
} from '../../db/queries/flows.ts';
import { releaseHeld } from '../../db/queries/on-hold.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { addCandidate, addTemplate } from '../harness/house.ts';
import { answering, type Receiver, startReceiver } from '../harness/receiver.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';

let town: Town;
let bell: Receiver;
let first: string;
let second: string;

beforeEach(async () => {
  town = await startTown({ settings: { WEBHOOK_ALLOW: '127.0.0.1' } });
  bell = await startReceiver();
  const letter = (name: string) =>
    addTemplate(town.db, name, name, 'Hi {{ candidate.firstName }}', Date.now()).then(({ id }) => id);
  first = await letter('The first');
  second = await letter('The second');
});
afterEach(async () => {
  await town.end();
  await bell.close();
});

type Step = [id: string, type: string, data?: Record<string, unknown>];

/** One below the other; edges by another port than `next` are named. */
async function publish(
  flow: { id: string; name: string },
  steps: Step[],
  {
    ports = [],
    onHold,
    over = false,
  }: { ports?: [string, string, string][]; onHold?: boolean; over?: boolean } = {},
): Promise<void> {
  const named = new Set(ports.map(([from]) => from));
  const down = steps.flatMap(([from, type], index): [string, string, string][] => {
    const below = steps[index + 1];
    return below && type !== 'end' && !named.has(from) ? [[from, 'next', below[0]]] : [];
  });
  const graph = graphSchema.parse({
    name: flow.name,
    settings: { reentry: 'once' },
    nodes: steps.map(([id, type, data = {}]) => ({ id, type, data, position: { x: 0, y: 0 } })),
    edges: [...down, ...ports].map(([source, sourceHandle, target], n) => ({
      id: `e${n}`,
      source,
      sourceHandle,
      target,
    })),
  });
  const now = Date.now();
  await saveDraft(town.db, flow.id, graph, (await readDraft(town.db, flow.id))?.revision ?? null, now);
  const done = await publishFlow(town.db, {
    flowId: flow.id,
    by: 'marta',
    note: '',
    onHold,
    inFlight: over ? [{ version: 1, node: 'wait', to: 'wait' }] : [],
    now,
  });
  if (!done || !('versionId' in done)) throw new Error(JSON.stringify(done));
}

async function flow(name: string, ...how: [Step[], Parameters<typeof publish>[2]?]) {
  const made = { id: await createFlow(town.db, name, 'marta', Date.now()), name };
  await publish(made, ...how);
  return made;
}

const twoLetters = (rule: string): Step[] => [
  ['start', 'manual'],
  ['one', 'send-email', { templateId: first }],
  ['wait', 'wait', { for: rule }],
  ['two', 'send-email', { templateId: second }],
  ['end', 'end'],
];

/** So many new people, asked into the flow. */
async function enter(flowId: string, who: string, count: number): Promise<void> {
  const candidateIds: string[] = [];
  for (let n = 0; n < count; n++)
    candidateIds.push(
      await addCandidate(town.db, { name: `${who} ${n}`, email: `${who}${n}@costa.example` }, Date.now()),
    );
  await requestEnrolments(town.db, { flowId, candidateIds, by: { kind: 'person' } }, Date.now());
}

async function standing(flowId: string): Promise<Record<string, number>> {
  const found = await sql<{ at: string; n: number }>`
    select case when status = 'open' then node_id else status end as at, count(*)::int as n from enrolment
    where flow_id = ${flowId} group by 1`.execute(town.db);
  return Object.fromEntries(found.rows.map(({ at, n }) => [at, n]));
}
const all = (flowId: string, at: string, count: number) => async () => {
  const there = await standing(flowId);
  return there[at] === count && Object.keys(there).length === 1;
};
const mailsTo = (who: string) =>
  town.provider.mails
    .filter((mail) => mail.to[0]?.startsWith(who))
    .map((mail) => `${mail.to[0]?.split('@')[0]} ${mail.subject}`)
    .sort();
const each = (who: string, count: number, ...subjects: string[]) =>
  Array.from({ length: count }, (_, n) => subjects.map((subject) => `${who}${n} ${subject}`))
    .flat()
    .sort();

for (const what of ['deleted', 'replaced by an older copy of itself'] as const)
  test(`Temporal’s store ${what}: who was moved, on hold, paused or about to be called for again goes on when it is time, once`, async () => {
    const store = join(town.temporal.dir, 'temporal.db');
    const files = ['', '-wal', '-shm'];
    const count = 6;
    bell.answer = answering(503);
    const moved = await flow('Moved', twoLetters('PT40S'));
    const held = await flow('On hold', twoLetters('PT30S'), { onHold: true });
    const paused = await flow('Paused', twoLetters('PT25S'));
    const told = await flow(
      'Told',
      [
        ['start', 'manual'],
        ['tell', 'call-webhook', { url: bell.url, patience: 'PT20M' }],
        ['taken', 'add-tag', { tag: 'taken' }],
        ['end', 'end'],
        ['refused', 'end'],
        ['silent', 'end'],
      ],
      {
        ports: [
          ['tell', 'success', 'taken'],
          ['tell', 'failure', 'refused'],
          ['tell', 'timeout', 'silent'],
        ],
      },
    );
    const groups = [
      { ...moved, who: 'moved', at: 'wait' },
      { ...held, who: 'held', at: 'wait' },
      { ...paused, who: 'paused', at: 'wait' },
      { ...told, who: 'told', at: 'tell' },
    ];
    // Half of them are known to the older copy.
    for (const { id, who } of groups) await enter(id, who, count / 2);
    for (const { id, at, name } of groups) await eventually(`half of “${name}” wait`, all(id, at, count / 2));
    await town.stop('temporal');
    for (const file of files)
      if (existsSync(store + file)) copyFileSync(store + file, join(town.temporal.dir, `older${file}`));
    await town.start('temporal');
    for (const { id, who } of groups) {
      const others = await town.db.selectFrom('enrolment').select('id').where('flow_id', '=', id).execute();
      expect(others).toHaveLength(count / 2);
      await enter(id, `${who}-late`, count / 2);
    }
    for (const { id, at, name } of groups) await eventually(`all of “${name}” wait`, all(id, at, count));
    await publish(moved, twoLetters('PT45S'), { over: true });
    await eventually('all were moved', async () => {
      const there = await sql<{ n: number }>`
        select count(*)::int as n from enrolment e join flow_version v on v.id = e.version_id
        where e.flow_id = ${moved.id} and v.number = 2 and not exists (select from mark where enrolment_id = e.id)`.execute(
        town.db,
      );
      return there.rows[0]?.n === count;
    });
    await pauseByHand(town.db, paused.id, null, Date.now());
    await eventually('everyone was called for', async () => new Set(calls()).size === count);
    await town.stop('temporal');
    for (const file of files) {
      rmSync(store + file, { force: true });
      const older = join(town.temporal.dir, `older${file}`);
      if (what !== 'deleted' && existsSync(older)) copyFileSync(older, store + file);
    }
    bell.answer = answering(200);
    await town.start('temporal');

    await eventually('all who were moved end', all(moved.id, 'ended', count), 200);
    await eventually('all on hold end', all(held.id, 'ended', count), 200);
    await eventually('all who were called for end', all(told.id, 'ended', count), 200);
    expect(await standing(paused.id), 'nobody goes on while her flow is paused').toEqual({ wait: count });
    expect(mailsTo('held'), 'nothing leaves before it is let go').toEqual([]);
    await resumeFlow(town.db, paused.id, Date.now());
    await releaseHeld(town.db, { flowId: held.id }, { by: { kind: 'person' }, now: Date.now() });
    await eventually('all who were paused end', all(paused.id, 'ended', count), 200);
    await eventually('nothing is left to send', async () => {
      const left = await sql<{
        n: number;
      }>`select count(*)::int as n from message where status in ('held', 'queued', 'sending')`.execute(
        town.db,
      );
      return left.rows[0]?.n === 0;
    });
    for (const who of ['moved', 'held', 'paused'])
      expect(mailsTo(who), who).toEqual(
        [
          ...each(who, count / 2, 'The first', 'The second'),
          ...each(`${who}-late`, count / 2, 'The first', 'The second'),
        ].sort(),
      );
    const taken = await sql<{ n: number }>`
      select count(*)::int as n from step where node_id = 'tell' and port = 'success' and visit = 1`.execute(
      town.db,
    );
    expect(taken.rows[0]?.n, 'every call was taken').toBe(count);
    expect(new Set(calls()).size, 'each is one call, however often it was tried').toBe(count);
    const early = await sql`
      select enrolment_id, left_at, detail from step
      where node_id = 'wait' and detail->>'kind' = 'sleep' and left_at < to_timestamp((detail->>'until')::float8 / 1000)`.execute(
      town.db,
    );
    expect(early.rows, 'nobody goes on before it is time').toEqual([]);
    const twice = await sql`
      select enrolment_id, node_id from step where detail->>'kind' <> 'moved' group by 1, 2 having count(*) > 1`.execute(
      town.db,
    );
    expect(twice.rows, 'nobody does a step twice').toEqual([]);
  });

const calls = () => bell.received.map(({ headers }) => String(headers['webhook-id']));
