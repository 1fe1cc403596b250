/** A stretch of time on the server that skips it: people, flows and chance, in steps of a few hours. */
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { readAllowed } from '../../workflows/outside/address.ts';
import { catcher } from '../../workflows/transports/catcher.ts';
import { chanceOf } from '../harness/chance.ts';
import { type Clockwork, clockworkOn, type Server } from '../harness/clockwork.ts';
import { day, hour } from '../harness/house.ts';
import { contact, furnish } from './furnish.ts';
import { somethingHappens } from './happenings.ts';
import { listening, observed, post } from './observer.ts';
import { houseChanges } from './recruiting.ts';

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
  stop(): Promise<void>;
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
  const works = await clockworkOn(db, server, {
    transport: observed(db, catcher(db), contact.caps),
    cached: 2000,
  });
  // Its answers are no part of what the seed draws: when it is asked depends on how fast this machine is.
  const bell = await listening(db, works.clock.now, chanceOf(seed + 1).draw);
  works.context.house = { ...works.context.house, webhookAllow: readAllowed(['127.0.0.1']) };
  const stage = await furnish(db, { people, seed, clock: works.clock.now, bell: bell.url });
  await works.rest();

  const happened = new Map<string, number>();
  const count = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
  let owed = 0;
  let before = start;
  const year: Year = {
    works,
    happened,
    steps: 0,
    async live(days) {
      while (works.clock.now() < start + days * day) {
        const { draw } = stage.chance;
        const ahead = await clearOf(db, works.clock.now() + Math.ceil((3 + draw() * 3) * hour));
        await works.pass(Math.max(1, ahead - works.clock.now()));
        year.steps++;
        stage.now = works.clock.now();
        const change = await houseChanges(stage);
        if (change) count(change);
        owed += (people * (stage.now - before)) / (everyDays * day);
        before = stage.now;
        for (; owed >= 1; owed--) count(await somethingHappens(stage));
        // Those who go on one after another do so in real time, of which a skipped year has none.
        await sql`update mark set next_at = now() where next_at > now() and attempts = 0`.execute(db);
        // Now and then whoever's time is up is told of it before anybody has read what happened to her.
        if (draw() < 0.7) await works.rest();
      }
      await works.rest();
    },
    async stop() {
      await works.stop();
      await bell.close();
    },
  };
  return year;
}

/** Rest takes a while, in which the server's clock runs on: nobody's time may be up in it. Milliseconds since 1970. */
const breathMs = 20_000;

/**
 * The next moment from `at` on that is far from everyone's deadlines. The server that skips time refuses to take back
 * a timer that runs out while its workflow is being woken, and never skips again afterwards; the real one does not.
 */
async function clearOf(db: Db, at: number): Promise<number> {
  const found = await sql<{ at: Date }>`
    select distinct wake_at as at from enrolment
    where status = 'open' and wake_at > ${new Date(at - breathMs)} and wake_at < ${new Date(at + day)} order by 1`.execute(
    db,
  );
  let clear = at;
  for (const { at: next } of found.rows) {
    if (next.getTime() > clear + breathMs) break;
    clear = next.getTime() + breathMs;
  }
  return clear;
}
