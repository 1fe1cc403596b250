/**
 * A long time in the life of a workspace, skipped: everyone is asked about on the way and at the end. SOAK_PEOPLE and
 * SOAK_DAYS say how many and how long; FAULT_SEED draws the same happenings again.
 */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { byChance } from '../harness/chance.ts';
import { skipping } from '../harness/clockwork.ts';
import { freshDatabase } from '../harness/database.ts';
import { timeSkipping } from '../harness/temporal.ts';
import { broken, ofTheBell, ofTheDoor, ofTheLedger } from './invariants.ts';
import { beginYear } from './year.ts';

const people = Number(process.env.SOAK_PEOPLE ?? 40);
const days = Number(process.env.SOAK_DAYS ?? 75);
/** How often everyone is asked about on the way. */
const looks = 4;

test('months of waits, replies, holds, pauses and new versions: nobody twice, nobody lost, no mail that should not have left', () =>
  byChance(async (seed) => {
    const fresh = await freshDatabase();
    const env = await timeSkipping();
    const began = performance.now();
    const minutes = () => Math.round((performance.now() - began) / 60_000);
    try {
      const year = await beginYear(fresh.db, skipping(env), { people, days, seed });
      try {
        for (let look = 1; look <= looks; look++) {
          await year.live((days * look) / looks);
          const found = await broken(
            fresh.db,
            [...ofTheLedger, ...ofTheDoor, ...ofTheBell],
            year.works.clock.now(),
          );
          console.log(
            `soak: ${minutes()} min, day ${Math.round((days * look) / looks)}, ${found.length} found`,
          );
          expect(found, `after ${Math.round((days * look) / looks)} days`).toEqual([]);
        }
        const counted = await sql<{ runs: number; steps: number; mails: number; rings: number }>`
          select (select count(*)::int from enrolment) as runs, (select count(*)::int from step) as steps,
            (select count(*)::int from left_house) as mails, (select count(*)::int from rung) as rings`.execute(
          fresh.db,
        );
        const { runs = 0, steps = 0, mails = 0, rings = 0 } = counted.rows[0] ?? {};
        const seconds = Math.round((performance.now() - began) / 1000);
        console.log(
          `soak: ${people} people, ${days} days in ${seconds} s: ${runs} runs, ${steps} steps, ${mails} mails, ${rings} calls, ` +
            `${[...year.happened.values()].reduce((sum, n) => sum + n, 0)} happenings, ${year.steps} stops (seed ${seed})`,
        );
        // A soak in which nothing happens proves nothing.
        expect({ runs: runs >= people, mails: mails >= people, steps: steps >= 3 * people }).toEqual({
          runs: true,
          mails: true,
          steps: true,
        });
      } finally {
        await year.stop();
      }
    } finally {
      await env.teardown();
      await fresh.drop();
    }
  }));
