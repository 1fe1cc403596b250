/** What sources say, in our words. The Greenhouse requests have the shapes of its webhook documentation. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { readGeneric } from '../../workflows/intake/generic.ts';
import { readGreenhouse } from '../../workflows/intake/greenhouse.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addCandidate,
  addPipeline,
  addSource,
  greenhouse,
  type House,
  houseOn,
  receive,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let house: House;
let source: string;
const clock = testClock();
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await sql`truncate candidate, candidate_gone, pipeline, source, job, inbound cascade`.execute(fresh.db);
  house = houseOn(fresh.db, clock);
  await addPipeline(fresh.db);
  source = await addSource(fresh.db);
});

const say = async (payload: unknown) => {
  await receive(fresh.db, source, 'greenhouse', payload, clock.now());
  await house.settle();
};
const ana = (id: number, email: string) => greenhouse({ id, firstName: 'Ana', lastName: 'Costa', email });
const merged = (goes: number, stays: number) => ({
  action: 'merge_candidate',
  payload: { person: { id: goes, first_name: 'Ana', can_email: false, new_candidate_id: stays } },
});
const people = () =>
  sql<{ id: string; mergedInto: string | null; status: string; known: string[] }>`
    select c.id, c.merged_into as "mergedInto", c.status,
      array(select external_id from candidate_external where candidate_id = c.id order by external_id) as known
    from candidate c order by c.created_at, c.id`
    .execute(fresh.db)
    .then(({ rows }) => rows);
const outcomes = () =>
  fresh.db.selectFrom('inbound').select(['status', 'outcome']).orderBy('received_at').orderBy('id').execute();

test('a merge names the one who goes, and in her the one who stays', async () => {
  await say(ana(10, 'ana@costa.example'));
  await say(ana(20, 'ana@work.example'));
  await say(merged(10, 20));
  const [goes, stays] = await people();
  expect(goes).toMatchObject({ mergedInto: stays?.id, known: [] });
  expect(stays).toMatchObject({ mergedInto: null, status: 'active', known: ['10', '20'] });
  await say(ana(10, 'ana@costa.example'));
  expect(await people()).toHaveLength(2);
});

test('a merge into someone who was never heard of: when she is, she is the one we know', async () => {
  await say(ana(10, 'ana@costa.example'));
  await say(merged(10, 20));
  await say(ana(20, 'ana@new.example'));
  expect(await people()).toMatchObject([{ mergedInto: null, known: ['10', '20'] }]);
});

test('a merge of strangers, a merge told twice and one that names nobody harm no one', async () => {
  await say(merged(1, 2));
  await say(ana(10, 'ana@costa.example'));
  await say(ana(20, 'ana@work.example'));
  await say(merged(10, 20));
  await say(merged(10, 20));
  await say({ action: 'merge_candidate', payload: { person: { id: 10 } } });
  expect((await outcomes()).map(({ status }) => status)).toEqual([
    'ignored',
    'done',
    'done',
    'done',
    'ignored',
    'dead',
  ]);
});

test('who was anonymised gets no more mail, unless what went identifies nobody', async () => {
  const anonymised = (fields: string[]) => ({
    action: 'candidate_anonymized',
    payload: { candidate_id: 10, anonymized_fields: fields },
  });
  await say(ana(10, 'ana@costa.example'));
  await say(anonymised(['current_title']));
  expect(await people()).toMatchObject([{ status: 'active' }]);
  await say(anonymised(['full_name', 'current_title']));
  expect(await people()).toMatchObject([{ status: 'do-not-contact' }]);
});

/** No pipeline: an application is put off, and taken in once there is one. */
const withoutPipeline = async (meanwhile: () => Promise<void>) => {
  await sql`truncate pipeline cascade`.execute(fresh.db);
  await meanwhile();
  await addPipeline(fresh.db);
  // What was put off last first: the order of the queue must not matter.
  for (const { id } of await fresh.db
    .selectFrom('inbound_queue')
    .select('inbound_id as id')
    .orderBy('inbound_id', 'desc')
    .execute()) {
    await sql`update inbound_queue set next_at = now() where inbound_id = ${id}`.execute(fresh.db);
    await house.settle();
  }
  await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
  await house.settle();
};
const later = async (payload: unknown) => {
  clock.set(clock.now() + 1000);
  await say(payload);
};
const deleted = (id: number) => ({ action: 'delete_candidate', payload: { person: { id } } });

test('who is deleted at the source before her first request is taken in is never written to', async () => {
  await withoutPipeline(async () => {
    await later(ana(10, 'ana@costa.example'));
    await later(deleted(10));
    await later(deleted(10));
  });
  expect(await people()).toMatchObject([{ status: 'do-not-contact', known: ['10'] }]);
  expect((await outcomes()).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
});

test('who is deleted at one source is not written to under an address that is known from elsewhere', async () => {
  await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await withoutPipeline(async () => {
    await later(ana(10, 'ana@costa.example'));
    await later(deleted(10));
  });
  expect(await people()).toMatchObject([{ status: 'do-not-contact', known: ['10'] }]);
});

test('newcomers who are taken in together with one who was deleted keep their own standing', async () => {
  await later(ana(1, 'first@x.example'));
  await later(deleted(11));
  for (const id of [10, 11, 12])
    await receive(fresh.db, source, 'greenhouse', ana(id, `ana${id}@x.example`), clock.now());
  await house.settle();
  expect((await people()).map(({ status, known }) => `${known} ${status}`).sort()).toEqual([
    '1 active',
    '10 active',
    '11 do-not-contact',
    '12 active',
  ]);
});

test('a deletion and a first request that come at once leave no one to be written to', async () => {
  await later(ana(1, 'first@x.example'));
  for (let id = 10; id < 40; id++) {
    const both = [ana(id, `ana${id}@x.example`), deleted(id)];
    for (const one of id % 2 ? both : both.reverse())
      await receive(fresh.db, source, 'greenhouse', one, clock.now());
  }
  const other = houseOn(fresh.db, clock);
  await Promise.all([house.settle(), other.settle()]);
  const standing = await people();
  expect(standing).toHaveLength(31);
  expect(standing.filter(({ status }) => status === 'active').map(({ known }) => known)).toEqual([['1']]);
});

test('a merge that overtakes the first request of either makes them one all the same', async () => {
  await withoutPipeline(async () => {
    await later(ana(10, 'ana@costa.example'));
    await later(ana(20, 'ana@work.example'));
    await later(merged(10, 20));
  });
  const standing = (await people()).filter(({ mergedInto }) => mergedInto === null);
  expect(standing).toMatchObject([{ known: ['10', '20'] }]);
  expect((await outcomes()).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
});

test('a merge of someone who was never heard of: when she is, she is the one who stays', async () => {
  await later(ana(20, 'ana@work.example'));
  await later(merged(10, 20));
  await later(ana(10, 'ana@costa.example'));
  expect(await people()).toMatchObject([{ mergedInto: null, known: ['10', '20'] }]);
});

test('the application of one who has become another is hers once the merge that came before is taken in', async () => {
  await later(ana(10, 'ana@costa.example'));
  await later(ana(20, 'ana@work.example'));
  clock.set(clock.now() + 1000);
  const merge = await receive(fresh.db, source, 'greenhouse', merged(10, 20), clock.now());
  await sql`update inbound_queue set next_at = now() + interval '1 hour' where inbound_id = ${merge}`.execute(
    fresh.db,
  );
  const moved = ana(10, 'ana@costa.example');
  Object.assign(moved.payload.application.candidate, {
    id: 20,
    email_addresses: [{ value: 'ana@work.example' }],
  });
  await later(moved);
  expect((await outcomes()).map(({ status }) => status)).toEqual(['done', 'done', 'new', 'new']);
  for (let n = 0; n < 2; n++) {
    await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
    await house.settle();
  }
  expect((await outcomes()).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
});

test('an address that the survivor had only claimed is hers once its holder is merged into her', async () => {
  const holder = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  const keep = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example' });
  await sql`
    insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
    values (gen_random_uuid(), ${keep}, 'ana@costa.example', 'ana@costa.example', false, true, now())`.execute(
    fresh.db,
  );
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose: holder, by: { kind: 'person' } }, clock.now()));
  const addresses = await fresh.db
    .selectFrom('candidate_email')
    .select(['address', 'is_claim as claim', 'is_primary as primary'])
    .where('candidate_id', '=', keep)
    .orderBy('address')
    .execute();
  expect(addresses).toEqual([
    { address: 'ana@costa.example', claim: false, primary: false },
    { address: 'ana@work.example', claim: false, primary: true },
  ]);
  await say(ana(30, 'ana@costa.example'));
  expect((await people()).filter(({ mergedInto }) => mergedInto === null)).toHaveLength(1);
});

test('links lead to web pages or nowhere, addresses are one address, and texts stand on one line', () => {
  const request = ana(10, 'ana@costa.example');
  Object.assign(request.payload.application.candidate, {
    first_name: 'Ana\r\nBcc: everyone@example.com\u0000',
    email_addresses: [
      { value: 'ana@costa.example' },
      { value: 'Ana <ana@costa.example>' },
      { value: 'a@b.example, c@d.example' },
      { value: 'ana@costa.example\r\nBcc: x@example.com' },
      { value: 'ana' },
    ],
    website_addresses: [
      { value: 'ana.example.com/me' },
      { value: 'javascript:alert(1)' },
      { value: 'data:text/html,x' },
    ],
    social_media_addresses: [
      { value: '@ana' },
      { value: 'https://linkedin.example.com/in/ana' },
      { value: 'https://bank.example@evil.example' },
    ],
  });
  const fact = readGreenhouse(request);
  expect(fact).toMatchObject({
    kind: 'application',
    person: {
      firstName: 'Ana Bcc: everyone@example.com',
      emails: ['ana@costa.example'],
      links: [
        { kind: 'website', url: 'https://ana.example.com/me' },
        { kind: 'social', url: 'https://linkedin.example.com/in/ana' },
      ],
    },
  });
});

test('words that every object inherits are no statuses, no actions, no news and no fields', async () => {
  const request = ana(10, 'ana@costa.example');
  request.payload.application.status = 'constructor';
  expect(readGreenhouse(request)).toMatchObject({ application: { status: 'active' } });
  expect(readGreenhouse({ action: 'toString', payload: {} })).toMatchObject({ kind: 'ignored' });
  const mapping = { firstName: '$.constructor.name', email: '$.email' };
  expect(readGeneric({ email: 'ana@costa.example' }, mapping)).toMatchObject({
    person: { firstName: null, emails: ['ana@costa.example'] },
  });
  await receive(fresh.db, null, 'resend', { type: 'constructor', data: { email_id: 're_1' } }, clock.now());
  await house.settle();
  expect(await outcomes()).toEqual([{ status: 'ignored', outcome: '“constructor” changes nothing here.' }]);
});

test('a generic request is read by its source’s own paths, and what is wrong with it is said', () => {
  const mapping = { email: '$.fields[1].value', firstName: 'fields.0.value', country: 'land' };
  const body = { fields: [{ value: 'Ana' }, { value: 'ana@costa.example' }], land: 'pt' };
  expect(readGeneric(body, mapping)).toMatchObject({
    kind: 'person',
    person: { firstName: 'Ana', emails: ['ana@costa.example'], country: 'PT' },
  });
  expect(readGeneric({ ...body, land: 'Portugal' }, mapping)).toMatchObject({ person: { country: null } });
  expect(() => readGeneric({ fields: [{}, { value: 'ana' }] }, mapping)).toThrow(
    'What stands at $.fields[1].value is not an email address',
  );
  expect(() => readGeneric({}, mapping)).toThrow('No email address at $.fields[1].value');
});

/** What a job board of no known kind says. */
const apply = async (
  generic: string,
  email: string,
  application: { id?: string; stage?: string; job?: object },
  settled = true,
) => {
  clock.set(clock.now() + 1000);
  await receive(fresh.db, generic, 'generic', { candidate: { email }, application }, clock.now());
  if (settled) await house.settle();
};

test('a corrected address on a known application is one more address of its candidate, whoever she was merged into', async () => {
  const board = await addSource(fresh.db, 'generic');
  await apply(board, 'ada@x.example', { id: 'app-1', stage: 'Applied' });
  await apply(board, 'ada@corrected.example', { id: 'app-1', stage: 'Recruiter screen' });
  const keep = await addCandidate(fresh.db, { name: 'Ada', email: 'ada@home.example' });
  const lose = await fresh.db
    .selectFrom('application')
    .select('candidate_id as id')
    .executeTakeFirstOrThrow();
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose: lose.id, by: { kind: 'person' } }, clock.now()));
  await apply(board, 'ada@again.example', { id: 'app-1', stage: 'Offer' });
  expect((await people()).filter(({ mergedInto }) => mergedInto === null).map(({ id }) => id)).toEqual([
    keep,
  ]);
  const addresses = await fresh.db
    .selectFrom('candidate_email')
    .select('address')
    .where('candidate_id', '=', keep)
    .where('is_claim', '=', false)
    .orderBy('address')
    .execute();
  expect(addresses.map(({ address }) => address)).toEqual([
    'ada@again.example',
    'ada@corrected.example',
    'ada@home.example',
    'ada@x.example',
  ]);
  expect((await outcomes()).map(({ outcome }) => outcome)).toEqual([
    'New candidate, new application.',
    'Known candidate, stage changed.',
    'Known candidate, stage changed.',
  ]);
});

test('nobody is given the application of someone else, and the request says why', async () => {
  const board = await addSource(fresh.db, 'generic');
  const bob = await addCandidate(fresh.db, { name: 'Bob', email: 'bob@x.example' });
  await apply(board, 'ada@x.example', { id: 'app-1', stage: 'Applied' });
  await apply(board, 'bob@x.example', { id: 'app-1', stage: 'Recruiter screen' });
  expect((await outcomes())[1]).toEqual({
    status: 'dead',
    outcome: 'The application belongs to another candidate here. Nothing was changed.',
  });
  const told = await fresh.db.selectFrom('event').select('type').where('candidate_id', '=', bob).execute();
  expect(told).toEqual([]);
  const stages = await sql`
    select stage.name from application join stage on stage.id = application.stage_id where application.candidate_id <> ${bob}`.execute(
    fresh.db,
  );
  expect(stages.rows).toEqual([{ name: 'Applied' }]);
});

test('one new application under two addresses at the same moment is one candidate’s', async () => {
  const board = await addSource(fresh.db, 'generic');
  const job = { title: 'Cook' };
  await apply(board, 'first@x.example', { job });
  for (let n = 0; n < 12; n++) await apply(board, `ada${n}@x.example`, { id: 'app-1', job }, false);
  const other = houseOn(fresh.db, clock);
  await Promise.all([house.settle(), other.settle()]);
  expect(await fresh.db.selectFrom('inbound_queue').selectAll().execute()).toEqual([]);
  expect(await people()).toHaveLength(2);
  expect((await outcomes()).map(({ status }) => status)).toEqual(Array(13).fill('done'));
});

test('a new job that many apply for at once is made once, by its title or by its id', async () => {
  const board = await addSource(fresh.db, 'generic');
  for (let n = 0; n < 12; n++) {
    await apply(
      board,
      `cook${n}@x.example`,
      { id: `cook-${n}`, job: { title: n % 2 ? 'Cook' : 'COOK' } },
      false,
    );
    await apply(board, `waiter${n}@x.example`, { id: `waiter-${n}`, job: { id: 7, title: 'Waiter' } }, false);
  }
  const other = houseOn(fresh.db, clock);
  await Promise.all([house.settle(), other.settle()]);
  const jobs = await sql<{ key: string; applications: number }>`
    select title_key as key, (select count(*)::int from application where job_id = job.id) as applications from job order by 1`.execute(
    fresh.db,
  );
  expect(jobs.rows).toEqual([
    { key: 'cook', applications: 12 },
    { key: 'waiter', applications: 12 },
  ]);
});
