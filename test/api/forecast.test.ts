/** The forecast of a draft for a cohort, over the API. */

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forecastCohort } from '../../api/forecasting.ts';
import { compileDraft, readDraft } from '../../db/queries/flows.ts';
import { sampleOf } from '../../db/queries/forecast.ts';
import { template } from './flow-fixture.ts';
import { type ApiHarness, apiHarness, monday } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');
const day = 86_400_000;
const rfc = (ms: number) => new Date(ms).toISOString();

let emails = 0;
async function person(firstName: string | undefined, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await recruiter().post('/api/candidates', {
    ...(firstName ? { firstName } : {}),
    lastName: 'Costa',
    email: `${emails++}@costa.example`,
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

async function plainTemplate(name: string): Promise<string> {
  const { body } = await recruiter().post('/api/templates', {
    name,
    subject: 'Hello {{ candidate.firstName }}',
    body: 'Hello.',
  });
  return body.id;
}

/** A draft of these steps in a row, by an application or by hand. */
async function draft(
  name: string,
  steps: { id: string; type: string; data: Record<string, unknown> }[],
  { settings = {}, trigger = 'manual' }: { settings?: Record<string, unknown>; trigger?: string } = {},
): Promise<string> {
  const id = (await recruiter().post('/api/flows', { name })).body.id;
  const all = [{ id: 'start', type: trigger, data: {} }, ...steps, { id: 'done', type: 'end', data: {} }];
  const graph = {
    name,
    settings: { reentry: 'after-exit', exitOn: [], ...settings },
    nodes: all.map((node, index) => ({ ...node, position: { x: 0, y: index * 100 } })),
    edges: all.slice(1).map((node, index) => ({
      id: `e${index}`,
      source: all[index]?.id,
      sourceHandle: 'next',
      target: node.id,
    })),
  };
  const saved = await recruiter().put(`/api/flows/${id}/draft`, graph);
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  return id;
}

async function drawnIn(flow: string) {
  const read = await readDraft(api.db, flow);
  if (!read) throw new Error('There is no such flow.');
  return { draft: read.graph, name: read.graph.name };
}

const forecast = (flow: string, asked: Record<string, unknown>) =>
  api.as('viewer').post(`/api/flows/${flow}/forecast`, asked);

test('for chosen people it says who gets what and when, and who cannot', async () => {
  const templateId = await plainTemplate('Thanks');
  const flow = await draft('Thanks', [
    { id: 'thanks', type: 'send-email', data: { templateId } },
    { id: 'breathe', type: 'wait', data: { for: 'P3D' } },
    { id: 'again', type: 'send-email', data: { templateId } },
  ]);
  const ana = await person('Ana', { email: 'ana@costa.example' });
  const mute = await person('Mute');
  await api.db.deleteFrom('candidate_email').where('candidate_id', '=', mute).execute();
  const nameless = await person(undefined, { email: 'nameless@costa.example' });
  const { status, body } = await forecast(flow, { cohort: { candidateIds: [ana, mute, nameless] } });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({
    from: 3,
    of: 3,
    complete: true,
    people: 3,
    entering: 3,
    written: 1,
    mails: 2,
  });
  expect(body.days).toMatchObject([
    { date: '2026-11-23', mails: 1 },
    { date: '2026-11-26', mails: 1 },
  ]);
  expect([body.firstAt, body.lastAt]).toEqual([rfc(monday), rfc(monday + 3 * day)]);
  expect(body.items[0]).toMatchObject({
    candidateId: ana,
    status: 'ended',
    mailCount: 2,
    mails: [{ nodeId: 'thanks', at: rfc(monday) }, { nodeId: 'again' }],
  });
  const texts = body.obstacles.map(({ text }: { text: string }) => text);
  expect(texts).toContain(
    '1 person lacks candidate.firstName in “Thanks”: they stay there until it is mended.',
  );
  expect(texts).toContain('1 person would not get “Thanks”: there is no email address.');
  expect(body.assumptions.map(({ code }: { code: string }) => code)).toContain('nobody-acts');
  const missing = body.obstacles.find(({ code }: { code: string }) => code === 'template-problem');
  const those = await forecast(flow, {
    cohort: { candidateIds: [ana, mute, nameless] },
    only: missing.key,
  });
  expect(those.body.items).toMatchObject([{ candidateId: nameless, status: 'blocked' }]);
  expect(those.body.mails).toBe(2);
});

test('at a pace people enter one after the other, and it says when the last one does', async () => {
  const templateId = await plainTemplate('Paced');
  const flow = await draft('Paced', [{ id: 'news', type: 'send-email', data: { templateId } }]);
  const ids: string[] = [];
  for (const name of ['Ana', 'Rui', 'Eva', 'Tom', 'Zoe'])
    ids.push(await person(name, { email: `${name}@paced.example` }));
  const cohort = { candidateIds: ids };
  const { status, body } = await forecast(flow, { cohort, perMinute: 2 });
  expect(status, JSON.stringify(body)).toBe(200);
  const minute = 60_000;
  expect(body.items.map(({ entersAt }: { entersAt: string }) => entersAt)).toEqual(
    [0, 0, 1, 1, 2].map((after) => rfc(monday + after * minute)),
  );
  expect(body.items.map(({ candidateId }: { candidateId: string }) => candidateId)).toEqual(ids.toSorted());
  expect([body.lastEntersAt, body.lastAt]).toEqual([rfc(monday + 2 * minute), rfc(monday + 2 * minute)]);
  expect((await forecast(flow, { cohort })).body.lastEntersAt).toBe(rfc(monday));
  const past = await forecast(flow, { cohort: { events: { days: 30 } }, perMinute: 2 });
  expect(past.body).toMatchObject({ status: 422, errors: [{ path: 'perMinute' }] });
});

test('the live version is forecast as it is, whatever has been drawn since', async () => {
  const templateId = await plainTemplate('Live');
  const flow = await draft('Live', [{ id: 'news', type: 'send-email', data: { templateId } }]);
  const ana = await person('Ana', { email: 'ana@live.example' });
  const cohort = { candidateIds: [ana] };
  expect((await forecast(flow, { cohort, of: 'live' })).status).toBe(404);
  const published = await recruiter().post(`/api/flows/${flow}/publish`, {});
  expect(published.status, JSON.stringify(published.body)).toBeLessThan(300);
  await api.db
    .updateTable('flow')
    .set({ draft: JSON.stringify((await drawnIn(flow)).draft).replaceAll('"send-email"', '"gone"') })
    .where('id', '=', flow)
    .execute();
  expect((await forecast(flow, { cohort })).status).toBe(422);
  const { status, body } = await forecast(flow, { cohort, of: 'live' });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.items).toMatchObject([{ candidateId: ana, mails: [{ nodeId: 'news', at: rfc(monday) }] }]);
});

test('a pool’s people come page by page, those with the first mail first', async () => {
  const templateId = await template(api, 'News');
  const pool = (await recruiter().post('/api/pools', { name: 'Newsletter' })).body.id;
  const flow = await draft('News', [{ id: 'news', type: 'send-email', data: { templateId } }]);
  const ids: string[] = [];
  for (const name of ['Ana', 'Rui', 'Eva']) ids.push(await person(name, { email: `${name}@pool.example` }));
  for (const id of ids) await recruiter().post(`/api/pools/${pool}/members`, { candidateIds: [id] });
  const cohort = { poolId: pool };
  const first = await forecast(flow, { cohort, limit: 2 });
  expect(first.body, JSON.stringify(first.body)).toMatchObject({ from: 3, of: 3, mails: 3 });
  const { asOf, nextCursor } = first.body;
  const second = await forecast(flow, { cohort, limit: 2, asOf, cursor: nextCursor });
  expect(second.body.nextCursor).toBeNull();
  const seen = [...first.body.items, ...second.body.items].map(({ candidateId }) => candidateId);
  expect([...seen].sort()).toEqual([...ids].sort());
});

test('caps reckon with what was sent before, and holds with today’s', async () => {
  const templateId = await template(api, 'Keep in touch');
  const flow = await draft(
    'Nurture',
    [
      { id: 'one', type: 'send-email', data: { templateId } },
      { id: 'two', type: 'send-email', data: { templateId } },
    ],
    { settings: { contact: { class: 'nurture' } } },
  );
  const ana = await person('Ana', { email: 'ana@cap.example' });
  const rui = await person('Rui', { email: 'rui@cap.example' });
  await api.db
    .insertInto('message')
    .values({
      id: '01936f00-0000-7000-8000-0000000000aa',
      candidate_id: ana,
      direction: 'out',
      status: 'sent',
      from_address: 'us@example.com',
      to_address: 'ana@cap.example',
      subject: 'Before',
      html: '',
      text: '',
      token: 'before',
      contact_class: 'nurture',
      created_at: new Date(monday - day),
      reserved_at: new Date(monday - day),
      sent_at: new Date(monday - day),
    })
    .execute();
  const until = monday + 2 * day;
  const held = await recruiter().post(`/api/candidates/${rui}/contact-hold`, {
    days: 2,
    reason: 'We are talking.',
  });
  expect(held.status, JSON.stringify(held.body)).toBeLessThan(300);
  const { body } = await forecast(flow, { cohort: { candidateIds: [ana, rui] } });
  const mailsOf = (id: string) =>
    body.items
      .find((item: { candidateId: string }) => item.candidateId === id)
      .mails.map(({ at }: { at: string }) => at);
  expect(mailsOf(ana)).toEqual([rfc(monday), rfc(monday + 6 * day)]);
  expect(mailsOf(rui)).toEqual([rfc(until), rfc(until)]);
  const texts = body.obstacles.map(({ text }: { text: string }) => text);
  expect(texts.join()).toContain('1 person hits the limit of 2 mails in 7 days: “');
  expect(texts.join()).toContain('contact with them is held');
});

test('everyone who matches a condition is a cohort; one that cannot be asked is refused', async () => {
  const templateId = await template(api, 'Matched');
  const flow = await draft('Matched', [{ id: 'mail', type: 'send-email', data: { templateId } }]);
  const ana = await person('Ana', { email: 'ana@match.example', company: 'Matchable' });
  const condition = { field: 'candidate.company', op: 'is', value: 'matchable' };
  const { body } = await forecast(flow, { cohort: { condition } });
  expect(body).toMatchObject({ from: 1, of: 1, mails: 1, items: [{ candidateId: ana }] });
  const wrong = await forecast(flow, {
    cohort: { condition: { field: 'candidate.shoeSize', op: 'is', value: 'x' } },
  });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid']);
  const gone = await forecast(flow, { cohort: { poolId: '01936f00-0000-7000-8000-000000000000' } });
  expect([gone.status, gone.body.errors]).toEqual([
    422,
    [{ path: 'cohort.poolId', message: 'is not a pool' }],
  ]);
});

test('past events are played again: who would have come in when, and who would have been refused', async () => {
  const templateId = await template(api, 'Replayed');
  const flow = await draft('Replayed', [{ id: 'mail', type: 'send-email', data: { templateId } }], {
    trigger: 'tag-added',
    settings: { cooldown: 'P30D' },
  });
  const ana = await person('Ana', { email: 'ana@replay.example' });
  const tagged = async (tag: string, ago: number) => {
    api.clock.set(monday - ago * day);
    const { status, body } = await recruiter().post(`/api/candidates/${ana}/tags`, { add: [tag] });
    expect(status, JSON.stringify(body)).toBeLessThan(300);
  };
  await tagged('warm', 50);
  await tagged('warmer', 40);
  await tagged('hot', 5);
  api.clock.set(monday);
  const { body } = await forecast(flow, { cohort: { events: { days: 90 } } });
  expect(body, JSON.stringify(body)).toMatchObject({ from: 1, of: 1, people: 1, runs: 2, mails: 2 });
  expect(
    body.items.map((item: { entersAt: string; status: string }) => [item.entersAt, item.status]),
  ).toEqual([
    [rfc(monday - 50 * day), 'ended'],
    [rfc(monday - 5 * day), 'ended'],
    [rfc(monday - 40 * day), 'refused'],
  ]);
  expect(body.obstacles).toMatchObject([{ kind: 'refused', code: 'cooling-down', people: 1 }]);
  expect((await forecast(flow, { cohort: { events: { days: 30 } } })).body.runs).toBe(1);
});

test('of more people than are forecast an even part is taken, the same each time, and it says of how many', async () => {
  const templateId = await template(api, 'Sampled');
  const flow = await draft('Sampled', [{ id: 'mail', type: 'send-email', data: { templateId } }]);
  const ids: string[] = [];
  for (let index = 0; index < 6; index++) ids.push(await person(`Sample ${index}`));
  const compiled = await compileDraft(api.db, await drawnIn(flow));
  if ('problems' in compiled) throw new Error('The flow cannot be published.');
  const once = (signal = new AbortController().signal) =>
    forecastCohort(api.db, {
      flowId: flow,
      plan: compiled.plan,
      world: compiled.world,
      timeZone: 'UTC',
      cohort: { candidateIds: ids },
      now: monday,
      signal,
      most: 3,
    });
  const first = await once();
  expect(first).toMatchObject({ from: 3, of: 6, complete: true, tally: { people: 3, mails: 3 } });
  expect(await once()).toEqual(first);
  await expect(once(AbortSignal.abort())).rejects.toThrow('aborted');
});

test('people who are not found in good time are not waited for', async () => {
  await person('Asleep');
  const asleep = { condition: sql<boolean>`pg_sleep(600) is not null` };
  expect(await sampleOf(api.db, asleep, 3, 50)).toBeNull();
});

test('a draft that cannot be published has no forecast, nor has a flow that there is not', async () => {
  const id = (await recruiter().post('/api/flows', { name: 'Empty' })).body.id;
  const cohort = { events: { days: 30 } };
  const empty = await forecast(id, { cohort });
  expect([empty.status, empty.body.code]).toEqual([422, 'flow-problems']);
  expect((await forecast('01936f00-0000-7000-8000-000000000000', { cohort })).status).toBe(404);
});

test('it says for how many the time zone is guessed, and nothing where all of them are told', async () => {
  const flow = await draft('Guessed', [{ id: 'breathe', type: 'wait', data: { for: 'P3D' } }]);
  const told = await person('Told', { country: 'PT', timeZone: 'Europe/Paris' });
  const guessed = [
    await person('By country', { country: 'PT' }),
    await person('By place', { location: 'Porto, Portugal' }),
  ];
  const nowhere = await person('Nowhere');
  const zones = async (candidateIds: string[]) =>
    (await forecast(flow, { cohort: { candidateIds } })).body.assumptions
      .filter(({ code }: { code: string }) => code === 'zones-guessed')
      .map(({ text }: { text: string }) => text);
  expect(await zones([told, nowhere, ...guessed])).toEqual([
    'For 2 of 4 people the time zone is guessed, from their country, phone number or location.',
  ]);
  expect(await zones([told, nowhere])).toEqual([]);
});
