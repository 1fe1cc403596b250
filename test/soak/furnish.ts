/** What there is before a soak begins: a workspace with its rules of contact, people, pools, a template, the flows. */
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { createAccount } from '../../db/queries/accounts.ts';
import { addMembers } from '../../db/queries/pools.ts';
import type { ContactSettings } from '../../engine/contact/settings.ts';
import { chanceOf } from '../harness/chance.ts';
import { addPipeline, addPool, addSource, addTemplate } from '../harness/house.ts';
import { type Pace, publishFlows } from './flows.ts';
import type { Stage } from './happenings.ts';
import { settle } from './people.ts';

export const contact: ContactSettings = {
  hours: [
    { from: '08:00', to: '19:00', days: [1, 2, 3, 4, 5] },
    { from: '10:00', to: '16:00', days: [6] },
  ],
  skipHolidays: true,
  caps: [
    { classes: ['nurture', 'marketing'], most: 2, days: 7 },
    { classes: ['marketing'], most: 2, days: 30 },
  ],
};

export async function furnish(
  db: Db,
  {
    people,
    seed,
    clock,
    bell,
    pace = 'days',
  }: { people: number; seed: number; clock: () => number; bell: string; pace?: Pace },
): Promise<Stage> {
  const now = clock();
  await sql`update workspace set time_zone = 'Europe/Berlin', settings = settings || ${JSON.stringify({ contact })}::jsonb`.execute(
    db,
  );
  const personId = await createAccount(db, {
    name: 'Marta Dias',
    email: 'marta@halden.example',
    passwordHash: 'none',
    role: 'recruiter',
    now,
  });
  const { stages } = await addPipeline(db, now);
  const subject = 'Hello {{ candidate.firstName | default: "there" }}';
  const ground = {
    template: (await addTemplate(db, 'Letter', subject, 'A few words.', now)).id,
    invitation: (await addTemplate(db, 'Invitation', subject, 'It is here: {{ link }}', now)).id,
    bell,
    warm: await addPool(db, 'Warm', now),
    letters: await addPool(db, 'Newsletter', now),
    person: personId ?? '',
  };
  const ids: string[] = [];
  for (let n = 0; n < people; n++) ids.push(await settle(db, n, now));
  const flows = await publishFlows(db, ground, now, pace);
  const source = await addSource(db, 'greenhouse', now);
  const reading = ids.filter((_, n) => n % 2 === 0);
  for (let from = 0; from < reading.length; from += 200)
    await addMembers(db, ground.letters, reading.slice(from, from + 200), { kind: 'person' }, now);
  return { db, ground, flows, source, stages, people, chance: chanceOf(seed), now, present: clock };
}
