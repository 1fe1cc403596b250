/**
 * The same people, flows and happenings at the pace of seconds, in real time, while worker, API, Temporal and Postgres
 * are killed at random moments; SOAK_KILL_PEOPLE says how many. What is decided where mail leaves is asked of the ledger, not seen at the door.
 */
import { expect, test } from 'vitest';
import { resumeFlow } from '../../db/queries/flows.ts';
import { byChance, chanceOf } from '../harness/chance.ts';
import { eventually, parts, startTown } from '../harness/town.ts';
import { furnish } from './furnish.ts';
import { somethingHappens } from './happenings.ts';
import { broken, ofTheLedger } from './invariants.ts';
import { listening, post } from './observer.ts';
import { houseChanges } from './recruiting.ts';

const people = Number(process.env.SOAK_KILL_PEOPLE ?? 24);
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('kill -9 of every process in turn while things happen: nobody twice, nobody lost, no mail after a run was left', () =>
  byChance(async (seed) => {
    const town = await startTown({
      mail: 'catcher',
      workers: 2,
      settings: { WEBHOOK_ALLOW: '127.0.0.1' },
    });
    await post(town.db);
    const bell = await listening(town.db, Date.now, chanceOf(seed + 1).draw);
    try {
      const stage = await furnish(town.db, {
        people,
        seed,
        clock: Date.now,
        bell: bell.url,
        pace: 'seconds',
      });
      const { draw, shuffled } = stage.chance;
      let happened = 0;
      const goOn = async (count: number) => {
        for (let n = 0; n < count; n++) {
          stage.now = Date.now();
          try {
            await houseChanges(stage);
            await somethingHappens(stage);
            happened++;
          } catch (error) {
            if (!isMishap(error)) throw error;
            await pass(200);
          }
          await pass(draw() * 80);
        }
      };
      await goOn(people);
      for (const part of shuffled([...parts, 'worker' as const])) {
        const killing = pass(draw() * 1000).then(() => town.kill(part, 200 + draw() * 800));
        await goOn(people);
        await killing;
      }
      for (const { id } of await town.db
        .selectFrom('flow')
        .select('id')
        .where('state', '=', 'paused')
        .execute())
        await resumeFlow(town.db, id, Date.now());
      let found: Awaited<ReturnType<typeof broken>> = [];
      await eventually(
        'everyone is at rest, and nothing is broken',
        async () => {
          found = await broken(town.db, ofTheLedger, Date.now());
          return found.length === 0;
        },
        240,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)} ${JSON.stringify(found)}`);
      });
      const { n: mails } = await town.db
        .selectFrom('caught_mail')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      console.log(
        `soak under kill -9: ${people} people, ${happened} happenings, ${mails} mails, ${parts.length + 1} kills (seed ${seed})`,
      );
      expect({ happened: happened > 2 * people, mails: mails > people / 2 }).toEqual({
        happened: true,
        mails: true,
      });
    } finally {
      await bell.close();
      await town.end();
    }
  }));

/** Nobody was there to write it down, or somebody was merged in between: then nothing has happened. */
function isMishap(error: unknown): boolean {
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  return (
    ['MergedMeanwhile', 'CandidateMerged'].includes(name) ||
    /^(ECONN|EPIPE|57P0|08|40P01|40001)/.test(code) ||
    /Connection terminated|timeout exceeded/.test(message)
  );
}
