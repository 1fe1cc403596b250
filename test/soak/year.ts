/** A stretch of time on the server that skips it: people, flows and chance, in steps of a few hours. */
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { catcher } from '../../workflows/transports/catcher.ts';
import { type Clockwork, clockworkOn, type Server } from '../harness/clockwork.ts';
import { day, hour } from '../harness/house.ts';
import { contact, furnish } from './furnish.ts';
import { flowsChange, somethingHappens } from './happenings.ts';
import { observed, post } from './observer.ts';

export interface Size {
  people: number;
  days: number;
  seed: number;
}

export interface Year {
  works: Clockwork;
  /** How often each thing happened. */
  happened: Map<string, number>;
  /** Steps, and days so far. */
  steps: number;
  /** Goes on until so many days are over since the beginning. */
  live(days: number): Promise<void>;
}

/** Something happens to everyone so often, on average. */
const everyDays = 12;
/** The next 15 February, 00:00 UTC: three months from then clocks are changed on both halves of the globe. */
function beginning(now: number): number {
  const year = new Date(now).getUTCFullYear();
  const [soon = 0, later = 0] = [Date.UTC(year, 1, 15), Date.UTC(year + 1, 1, 15)];
  return soon > now ? soon : later;
}

export async function beginYear(db: Db, server: Server, { people, seed }: Size): Promise<Year> {
  const now = await server.now();
  await server.skip(beginning(now) - now);
  const start = await server.now();
  await post(db);
  const works = await clockworkOn(db, server, { transport: observed(db, catcher(db), contact.caps) });
  const stage = await furnish(db, { people, seed, now: start });
  await works.rest();

  const happened = new Map<string, number>();
  const count = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
  let owed = 0;
  const year: Year = {
    works,
    happened,
    steps: 0,
    async live(days) {
      while (works.clock.now() < start + days * day) {
        const { draw } = stage.chance;
        const hours = 3 + draw() * 3;
        const soonest = draw() < 0.3 ? await nextDeadline(db) : null;
        const ahead =
          soonest === null ? hours * hour : Math.min(hours * hour, soonest - works.clock.now() + 1);
        await works.pass(Math.max(1, Math.ceil(ahead)));
        year.steps++;
        stage.now = works.clock.now();
        const change = await flowsChange(stage);
        if (change) count(change);
        for (owed += (people * ahead) / (everyDays * day); owed >= 1; owed--)
          count(await somethingHappens(stage));
        // Those who go on one after another do so in real time, of which a skipped year has none.
        await sql`update mark set next_at = now() where next_at > now() and attempts = 0`.execute(db);
        await works.rest();
      }
    },
  };
  return year;
}

async function nextDeadline(db: Db): Promise<number | null> {
  const found = await sql<{
    at: Date | null;
  }>`select min(wake_at) as at from enrolment where status = 'open'`.execute(db);
  return found.rows[0]?.at?.getTime() ?? null;
}
