/** The pages behind personal links: looking changes nothing, a click is written down, and a flow goes on by it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvents } from '../../db/queries/events.ts';
import { loadFacts } from '../../db/queries/facts.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { consentOf } from '../../engine/conditions/consent.ts';
import { advancing } from '../../workflows/context.ts';
import { flow } from '../contract/flows.ts';
import { addCandidate, addTemplate, day, type House, houseOn, publish } from '../harness/house.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
let house: House;
let template: { id: string; versionId: string };
beforeAll(async () => {
  api = await apiHarness();
  house = houseOn(api.db, api.clock);
  template = await addTemplate(api.db, 'Link', 'For you', '[Open it]({{ link }})');
});
afterAll(() => api.close());

/** Someone who was just sent the step's email, and the token of its link. */
async function invited(type: string, data: Record<string, unknown>) {
  const now = api.clock.now();
  const candidateId = await addCandidate(
    api.db,
    { name: 'Inês Carvalho', email: `${now}.${people++}@example.com` },
    now,
  );
  const graph = flow([
    { id: 'ask', type, data: { templateId: template.id, ...data } },
    { id: 'answer', type: 'wait-for', data: { event: 'consent.given', timeout: 'P30D' } },
  ]);
  const { flowId } = await publish(
    api.db,
    { ...graph, name: `Asking ${people}` },
    { templates: { [template.id]: template.versionId }, now },
  );
  await api.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(
      trx,
      [{ candidateId, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      now,
    );
  });
  for (const pump of house.pumps) await pump.round();
  const { id, token } = await api.db
    .selectFrom('invitation')
    .innerJoin('enrolment', 'enrolment.id', 'invitation.enrolment_id')
    .select(['enrolment.id', 'token'])
    .where('candidate_id', '=', candidateId)
    .executeTakeFirstOrThrow();
  return { candidateId, enrolmentId: id, token };
}
let people = 0;

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const page = async (path: string) => (await api.app.request(path)).text();
const click = async (token: string, answer: string) =>
  (await api.app.request(`/i/${token}`, { method: 'POST', headers: form, body: `answer=${answer}` })).status;
const ledger = (candidateId: string) =>
  api.db
    .selectFrom('consent')
    .select(['state', 'expires_at'])
    .where('candidate_id', '=', candidateId)
    .orderBy('id')
    .execute();
const untilOf = async (candidateId: string) =>
  (await loadFacts(api.db, [{ candidateId, applicationId: null }]))[0]?.candidate.consentUntil;

/** As conditions ask for it. */
const consentNow = async (candidateId: string) => {
  const [facts] = await loadFacts(api.db, [{ candidateId, applicationId: null }]);
  return facts && consentOf(facts.candidate, api.clock.now());
};

test('looking at the page of a consent changes nothing; one click gives it, and the flow goes on', async () => {
  const { candidateId, enrolmentId, token } = await invited('request-consent', { lasts: 'P2Y' });
  expect(await page(`/i/${token}`)).toContain('until 23 November 2028');
  expect(await ledger(candidateId)).toEqual([]);
  expect(await consentNow(candidateId)).toBe('none');
  expect(await click(token, 'given')).toBe(200);
  expect(await ledger(candidateId)).toEqual([
    { state: 'given', expires_at: new Date('2028-11-23T14:32:00Z') },
  ]);
  expect(await untilOf(candidateId)).toBe('2028-11-23T14:32:00.000Z');
  expect(await consentNow(candidateId)).toBe('given');
  await advancing(house.context, enrolmentId, api.clock.now());
  const steps = await api.db
    .selectFrom('step')
    .select(['node_id', 'port'])
    .where('enrolment_id', '=', enrolmentId)
    .orderBy('ord')
    .execute();
  expect(steps.map(({ node_id, port }) => `${node_id} ${port}`)).toContain('answer event');
});

test('the same click again changes nothing; another answer is a row of its own, and the last one holds', async () => {
  const { candidateId, token } = await invited('request-consent', { lasts: 'P1Y' });
  for (const answer of ['given', 'given', 'withdrawn', 'withdrawn'])
    expect(await click(token, answer)).toBe(200);
  expect((await ledger(candidateId)).map(({ state }) => state)).toEqual(['given', 'withdrawn']);
  expect(await untilOf(candidateId)).toBeNull();
  expect(await consentNow(candidateId)).toBe('withdrawn');
  const events = await api.db
    .selectFrom('event')
    .select('type')
    .where('candidate_id', '=', candidateId)
    .where('type', 'like', 'consent.%')
    .orderBy('seq')
    .execute();
  expect(events.map(({ type }) => type)).toEqual(['consent.requested', 'consent.given', 'consent.withdrawn']);
});

test('what two records of one person consented to stays, and the newest answer holds', async () => {
  const first = await invited('request-consent', { lasts: 'P1Y' });
  const second = await invited('request-consent', { lasts: 'P2Y' });
  await click(first.token, 'given');
  api.clock.pass(day);
  await click(second.token, 'given');
  const until = await untilOf(second.candidateId);
  await api.db
    .transaction()
    .execute((trx) =>
      mergeCandidates(
        trx,
        { keep: first.candidateId, lose: second.candidateId, by: { kind: 'person' } },
        api.clock.now(),
      ),
    );
  expect(await ledger(first.candidateId)).toHaveLength(2);
  expect(await untilOf(first.candidateId)).toBe(until);
  expect(await click(second.token, 'withdrawn')).toBe(200);
  expect(await untilOf(first.candidateId)).toBeNull();
});

test('every other invitation has a polite page, which takes no consent', async () => {
  for (const type of ['survey', 'schedule-interview', 'invite-to-event']) {
    const { candidateId, token } = await invited(type, { name: 'Team <interview>' });
    expect(await page(`/i/${token}`)).toContain('Team &lt;interview&gt;');
    expect(await click(token, 'given')).toBe(404);
    expect(await ledger(candidateId)).toEqual([]);
  }
});

test('a link that was cut off, an answer that is none and a flood are turned away', async () => {
  const { candidateId, token } = await invited('request-consent', { lasts: 'P1Y' });
  for (const path of [`/i/${token.slice(1)}`, '/i/%2e%2e', `/i/${'x'.repeat(500)}`])
    expect((await api.app.request(path)).status).toBe(404);
  expect(await click(token, 'perhaps')).toBe(404);
  expect(await click(token, `given&more=${'x'.repeat(5000)}`)).toBe(413);
  expect(await ledger(candidateId)).toEqual([]);
});
