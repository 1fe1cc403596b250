/** The first slice: a job board's webhook becomes a candidate, an application, an enrolment and a mail. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addPipeline,
  addPool,
  addSource,
  addTemplate,
  flowFixture,
  greenhouse,
  houseOn,
  publish,
  receive,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function silverMedallists() {
  const { db } = fresh;
  const thanks = await addTemplate(
    db,
    'Thank you',
    'Thank you, {{ candidate.firstName | default: "there" }}',
    'Hi {{ candidate.firstName | default: "there" }},\n\nthank you for applying for **{{ job.title | default: "the role" }}**.',
  );
  const ask = await addTemplate(
    db,
    'May we stay in touch?',
    'May we stay in touch?',
    'Hi {{ candidate.firstName | default: "there" }}, may we?',
  );
  const pool = await addPool(db, 'Silver medallists');
  const text = JSON.stringify(flowFixture('silver-medallist'))
    .replace('TEMPLATE-THANKS', thanks.id)
    .replace('TEMPLATE-ASK', ask.id)
    .replace('POOL-SILVER', pool);
  return publish(db, JSON.parse(text), {
    templates: { [thanks.id]: thanks.versionId, [ask.id]: ask.versionId },
  });
}

test('a Greenhouse application becomes a candidate in a flow, with her mail in the catcher', async () => {
  const { db } = fresh;
  const clock = testClock();
  const house = houseOn(db, clock);
  await addPipeline(db);
  const source = await addSource(db);
  await silverMedallists();

  await receive(
    db,
    source,
    'greenhouse',
    greenhouse({ id: 1, firstName: 'Inês', lastName: 'Carvalho', email: 'ines@carvalho.example' }),
  );
  await house.settle();

  const candidate = await db.selectFrom('candidate').selectAll().executeTakeFirstOrThrow();
  expect(candidate.full_name).toBe('Inês Carvalho');
  const application = await db
    .selectFrom('application')
    .innerJoin('stage', 'stage.id', 'application.stage_id')
    .select(['stage.name', 'application.status'])
    .executeTakeFirstOrThrow();
  expect(application).toEqual({ name: 'Applied', status: 'active' });
  const enrolment = await db.selectFrom('enrolment').selectAll().executeTakeFirstOrThrow();
  expect(enrolment).toMatchObject({ status: 'open', node_id: 'breathe' });
  expect(enrolment.wake_at?.getTime()).toBe(clock.now() + 3 * 86_400_000);
  const steps = await db.selectFrom('step').select(['node_id', 'outcome', 'port']).orderBy('ord').execute();
  expect(steps).toEqual([
    { node_id: 'start', outcome: 'passed', port: 'next' },
    { node_id: 'thanks', outcome: 'passed', port: 'next' },
  ]);
  const mails = await db.selectFrom('caught_mail').selectAll().execute();
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({ to_address: 'ines@carvalho.example', subject: 'Thank you, Inês' });
  expect(mails[0]?.html).toContain('<strong>Senior backend engineer</strong>');
  const message = await db.selectFrom('message').select(['status']).executeTakeFirstOrThrow();
  expect(message.status).toBe('delivered');
});

test('the same webhook again, under another event id, changes nothing', async () => {
  const { db } = fresh;
  const house = houseOn(db, testClock());
  const source = await db.selectFrom('source').select('id').executeTakeFirstOrThrow();
  const again = await receive(
    db,
    source.id,
    'greenhouse',
    greenhouse({ id: 1, firstName: 'Inês', lastName: 'Carvalho', email: 'ines@carvalho.example' }),
  );
  await house.settle();
  expect(await db.selectFrom('candidate').select('id').execute()).toHaveLength(1);
  expect(await db.selectFrom('enrolment').select('id').execute()).toHaveLength(1);
  expect(await db.selectFrom('caught_mail').select('id').execute()).toHaveLength(1);
  const last = await db
    .selectFrom('inbound')
    .select(['status', 'outcome'])
    .where('id', '=', again)
    .executeTakeFirstOrThrow();
  expect(last).toEqual({ status: 'done', outcome: 'Known candidate, nothing new.' });
});
