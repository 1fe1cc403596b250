/** Every process is killed at random moments while 200 people are on their way; then they are counted at the provider. */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { byChance, chanceOf } from '../harness/chance.ts';
import { addPipeline, addTemplate, greenhouse, publish } from '../harness/house.ts';
import { eventually, insist, type Part, parts, startTown, type Town } from '../harness/town.ts';

let town: Town;
let post: Awaited<ReturnType<Town['greenhouse']>>;

async function open(options: Parameters<typeof startTown>[0] = {}): Promise<void> {
  town = await startTown(options);
  post = await town.greenhouse();
  await addPipeline(town.db, Date.now());
}
afterEach(() => town.end());

/** Mail, a wait, a branch, a second mail, a wait for a reply, a tag or a third mail. */
async function publishNurture(wait: string, timeout: string): Promise<void> {
  const names = ['first', 'second', 'third'];
  const templates: Record<string, string> = {};
  const ids: Record<string, string> = {};
  for (const name of names) {
    const made = await addTemplate(
      town.db,
      name,
      `The ${name}`,
      'Hi {{ candidate.firstName | default: "there" }}',
      Date.now(),
    );
    templates[made.id] = made.versionId;
    ids[name] = made.id;
  }
  const at = { x: 0, y: 0 };
  const graph: Graph = graphSchema.parse({
    name: 'Nurture',
    settings: { reentry: 'once', exitOn: ['candidate.hired', 'message.unsubscribed'] },
    nodes: [
      { id: 'start', type: 'application-received', position: at, data: { source: 'greenhouse' } },
      { id: 'first', type: 'send-email', position: at, data: { templateId: ids.first } },
      { id: 'wait', type: 'wait', position: at, data: { for: wait } },
      {
        id: 'stage',
        type: 'branch',
        position: at,
        data: {
          cases: [
            {
              port: 'early',
              label: 'Applied',
              when: { field: 'application.stage', op: 'is', value: 'Applied' },
            },
          ],
        },
      },
      { id: 'second', type: 'send-email', position: at, data: { templateId: ids.second } },
      { id: 'reply', type: 'wait-for', position: at, data: { event: 'message.replied', timeout } },
      { id: 'warm', type: 'add-tag', position: at, data: { tag: 'warm' } },
      { id: 'third', type: 'send-email', position: at, data: { templateId: ids.third } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      ['start', 'next', 'first'],
      ['first', 'next', 'wait'],
      ['wait', 'next', 'stage'],
      ['stage', 'early', 'second'],
      ['stage', 'else', 'end'],
      ['second', 'next', 'reply'],
      ['reply', 'event', 'warm'],
      ['reply', 'timeout', 'third'],
      ['warm', 'next', 'end'],
      ['third', 'next', 'end'],
    ].map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target })),
  });
  await publish(town.db, graph, { templates, now: Date.now() });
}

const applicant = (n: number) =>
  greenhouse({
    id: n,
    firstName: `Ana${n}`,
    lastName: 'Costa',
    email: `ana${n}@costa.example`,
    appliedAt: Date.now(),
  });

const applyAll = (count: number, from = 0) =>
  Promise.all(Array.from({ length: count }, (_, n) => insist(post, applicant(from + n))));

async function runsThatAre(status: 'open' | 'ended'): Promise<number> {
  const found = await sql<{
    n: number;
  }>`select count(*)::int as n from enrolment where status = ${status}`.execute(town.db);
  return found.rows[0]?.n ?? 0;
}
const ended = () => runsThatAre('ended');
const underWay = () => runsThatAre('open');

/** Nothing is left in any queue. */
async function quiet(): Promise<boolean> {
  const left = await sql<{ n: number }>`
    select (select count(*) from mark) + (select count(*) from email_queue) + (select count(*) from inbound_queue)
      + (select count(*) from message where status in ('queued', 'sending')) as n`.execute(town.db);
  return Number(left.rows[0]?.n) === 0;
}

/** For the one who has to find out why a run did not end. */
async function whatIsLeft(): Promise<string> {
  const left = await sql<{ told: unknown }>`
    select jsonb_build_object(
      'inbound', (select jsonb_object_agg(status, n) from (select status, count(*) as n from inbound group by 1) as i),
      'outcomes', (select jsonb_agg(distinct outcome) from inbound where status <> 'done'),
      'enrolments', (select jsonb_agg(e) from (select status, node_id, count(*) as n, min(wake_at) as wake, max(now()) as now from enrolment group by 1, 2) as e),
      'marks', (select jsonb_agg(m) from (select kind, lane, attempts, next_at, start_at from mark limit 5) as m),
      'events', (select count(*) from event_queue), 'mails', (select jsonb_object_agg(status, n) from (select status, count(*) as n from message group by 1) as i)) as told`.execute(
    town.db,
  );
  return JSON.stringify(left.rows[0]?.told);
}

/** What the provider took, by person and subject; more than one is a mail sent twice. */
function counted(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const mail of town.provider.mails) {
    const key = `${mail.to[0]} ${mail.subject}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function expectEachOnce(people: number, subjects: string[]): void {
  const counts = counted();
  const twice = [...counts].filter(([, count]) => count !== 1);
  const missing = Array.from({ length: people }, (_, n) => n)
    .flatMap((n) => subjects.map((subject) => `ana${n}@costa.example ${subject}`))
    .filter((key) => !counts.has(key));
  expect({ twice, missing, total: counts.size }).toEqual({
    twice: [],
    missing: [],
    total: people * subjects.length,
  });
}

async function expectNoVisitTwice(): Promise<void> {
  const visits = await sql<{
    n: number;
  }>`select count(*)::int as n from (select 1 from step group by enrolment_id, node_id having count(*) > 1) as twice`.execute(
    town.db,
  );
  expect(visits.rows[0]?.n).toBe(0);
}

async function everyoneEnds(people: number): Promise<void> {
  await eventually('everyone ended', async () => (await ended()) === people, 240).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)} ${await whatIsLeft()}`);
    },
  );
  await eventually('nothing is left to send', quiet, 120);
  expectEachOnce(people, ['The first', 'The second', 'The third']);
  await expectNoVisitTwice();
}

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('kill -9', () => {
  test('of worker, API, Temporal and Postgres in turn, at random moments: everyone ends, no mail twice, none missing', () =>
    byChance(async (seed) => {
      await open();
      const { draw, shuffled } = chanceOf(seed);
      const people = 200;
      await publishNurture('PT10S', 'PT10S');
      town.provider.trouble = 10;
      town.provider.draw = chanceOf(seed + 1).draw;
      const applying = [applyAll(people / 2)];
      await eventually('the first are under way', async () => (await underWay()) > 0);
      const met: { part: Part; underWay: number }[] = [];
      for (const [n, part] of shuffled([...parts, ...parts]).entries()) {
        if (n === parts.length) applying.push(applyAll(people / 2, people / 2));
        await pass(draw() * 1500);
        // One that was killed before may still be coming back.
        await eventually('Postgres answers', async () => {
          met[n] = { part, underWay: await underWay() };
          return true;
        });
        await town.kill(part, 200 + draw() * 600);
      }
      expect(met.filter((kill) => kill.underWay === 0)).toEqual([]);
      expect(met).toHaveLength(2 * parts.length);
      await Promise.all(applying);
      await everyoneEnds(people);
    }));

  test('of one worker, and of the other when the first is back: whoever is left carries everyone, once', () =>
    byChance(async (seed) => {
      await open({ workers: 2 });
      const { draw } = chanceOf(seed);
      const people = 60;
      await publishNurture('PT5S', 'PT10S');
      await eventually('both workers are at work', async () => {
        const beating = await town.db.selectFrom('worker_pulse').select('id').execute();
        return beating.length === 2;
      });
      const applying = applyAll(people);
      await eventually('some are under way', async () => (await underWay()) > 0);
      await pass(draw() * 1000);
      const first = await underWay();
      await town.killWorker(0);
      await applying;
      await eventually(
        'the second alone writes to everyone for the second time',
        async () => town.provider.mails.filter((mail) => mail.subject === 'The second').length >= people,
      );
      const second = await underWay();
      await town.startWorker(0);
      await town.killWorker(1);
      expect([first > 0, second > 0], 'people are under way at both kills').toEqual([true, true]);
      await everyoneEnds(people);
    }));
});

describe('Temporal', () => {
  beforeEach(() => open());

  test('away: webhooks are still accepted, first mails still leave, and waits go on when it is back', async () => {
    await publishNurture('PT3S', 'PT3S');
    await town.stop('temporal');
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await post(applicant(n))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
    await eventually('the first mails left', async () => town.provider.mails.length === 20);
    expect(await ended()).toBe(0);
    await town.start('temporal');
    await eventually('everyone ended', async () => (await ended()) === 20);
    await eventually('nothing is left to send', quiet);
    expectEachOnce(20, ['The first', 'The second', 'The third']);
  });

  for (const [what, replace] of [
    ['deleted', (_copy: string, store: string) => rmSync(store)],
    ['replaced by an older copy of itself', (copy: string, store: string) => copyFileSync(copy, store)],
  ] as const) {
    test(`its store ${what}: everyone still ends, once`, async () => {
      const store = join(town.temporal.dir, 'temporal.db');
      const copy = join(town.temporal.dir, 'older.db');
      await publishNurture('PT12S', 'PT4S');
      await applyAll(15);
      await eventually('the first fifteen wait', async () => town.provider.mails.length === 15);
      await town.stop('temporal');
      for (const journal of ['-wal', '-shm'])
        if (existsSync(store + journal)) copyFileSync(store + journal, copy + journal);
      copyFileSync(store, copy);
      await town.start('temporal');
      await applyAll(15, 15);
      await eventually('thirty wait', async () => town.provider.mails.length >= 30);
      await town.stop('temporal');
      for (const journal of ['-wal', '-shm']) {
        rmSync(store + journal, { force: true });
        if (what !== 'deleted' && existsSync(copy + journal)) copyFileSync(copy + journal, store + journal);
      }
      replace(copy, store);
      await town.start('temporal');
      await eventually('everyone ended', async () => (await ended()) === 30, 200);
      await eventually('nothing is left to send', quiet);
      expectEachOnce(30, ['The first', 'The second', 'The third']);
    });
  }
});
