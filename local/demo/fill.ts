/** Fills an empty workspace: four months are lived through in a scratch schema, then moved over in one transaction. */
import { connect, type Db } from '../../db/connect.ts';
import { keepQuiet, notifyLive, notifyWork } from '../../db/notify.ts';
import { type Holding, handOverRuns, whatIsThere, whileFilling } from '../../db/queries/demo.ts';
import type { Trx } from '../../db/queries/lock.ts';
import { createScratch, dropScratch, moveFromScratch } from '../../db/queries/scratch.ts';
import type { Secrets } from '../../db/secrets.ts';
import type { House } from '../../workflows/effects/effect.ts';
import { Obstacle } from '../sentence.ts';
import { planApplicants } from './applicants.ts';
import { layGround, publishFlows } from './ground.ts';
import { day, nextRound } from './hours.ts';
import { mailboxesOf } from './mailboxes.ts';
import { peopleFrom } from './people.ts';
import { planSourcing } from './sourcing.ts';
import { type Time, timeOn } from './time.ts';

export const scratchSchema = 'tendril_demo';

const days = 118;
const applicants = 310;
const sourcingSessions = 15;
/** How long ago the silver medallists' flow got its second version. */
const secondVersionDays = 52;
const seed = 20_261;

export interface Filling {
  /** A connection string that is no pooler's. */
  url: string;
  secrets: Secrets;
  house: House;
  /** Milliseconds: when the story ends. */
  now: number;
  say(line: string): void;
}

const refusals: Record<Holding, string> = {
  candidates: 'The workspace already has candidates. Demo data only goes into an empty one.',
  flows: 'The workspace already has flows. Demo data only goes into an empty one.',
  pools: 'The workspace already has talent pools. Demo data only goes into an empty one.',
  templates: 'The workspace already has templates. Demo data only goes into an empty one.',
};

async function mustBeEmpty(db: Db | Trx): Promise<void> {
  const holding = await whatIsThere(db);
  if (holding) throw new Obstacle(refusals[holding]);
}

/** @throws {Obstacle} when the workspace is not empty, or is being filled by someone else. */
export async function fillDemo({ url, secrets, house, now, say }: Filling): Promise<void> {
  const db = connect(url, { max: 3, name: 'tendril demo' });
  try {
    const done = await whileFilling(db, async () => {
      await mustBeEmpty(db);
      await createScratch(db, scratchSchema);
      try {
        await live({ url, secrets, house, now, say });
        say('Moving everything into the workspace.');
        const { rows, runs } = await db.transaction().execute(async (trx) => {
          await mustBeEmpty(trx);
          return { rows: await moveFromScratch(trx, scratchSchema), runs: await handOverRuns(trx) };
        });
        say(`Done: ${rows.toLocaleString('en')} rows, ${runs} candidates on their way through a flow.`);
      } finally {
        await dropScratch(db, scratchSchema);
      }
      return 'done' as const;
    });
    if (done === 'busy') throw new Obstacle('Demo data is being made already.');
    notifyWork(db, 'waker', 'rollup');
    notifyLive(db, [
      { topic: 'candidate', id: '*' },
      { topic: 'flow', id: '*' },
      { topic: 'enrolment', id: '*' },
      { topic: 'message', id: '*' },
      { topic: 'source', id: '*' },
    ]);
    // Both are sent a moment later, on this connection.
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    await db.destroy();
  }
}

/** The four months, on a clock of their own. Nothing of it is seen outside the scratch schema. */
async function live({ url, secrets, house, now: end, say }: Filling): Promise<void> {
  const db = connect(url, { max: 8, name: 'tendril demo story', schema: scratchSchema });
  keepQuiet(db);
  try {
    const start = end - (days + 1) * day;
    const time: Time = timeOn(db, { start, house, onMail: mailboxesOf(db, () => time) });
    const ground = await layGround(db, time, secrets);
    await publishFlows(db, time, ground, nextRound(end - secondVersionDays * day, 'second version'));
    say('Jobs, pools, templates and three flows are there.');
    const next = peopleFrom(seed);
    planApplicants(db, time, ground, { count: applicants, days, end, next });
    planSourcing(db, time, ground, { sessions: sourcingSessions, days: days - 3, end, next });
    const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
    for (let until = start + 30 * day; ; until += 30 * day) {
      await time.passUntil(Math.min(until, end));
      say(`Lived through ${month.format(time.now())}.`);
      if (until >= end) break;
    }
  } finally {
    await db.destroy();
  }
}
