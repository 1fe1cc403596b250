/** What every pump is handed: the database, the clock, the house, and whom to tell. And the one door to `advance`. */
import type { Db } from '../db/connect.ts';
import { notifyLive, notifyWork } from '../db/notify.ts';
import type { Clock } from '../engine/time/clock.ts';
import { type AdvanceOptions, advance, advanceAll, type Call, type Changed, type Next } from './advance.ts';
import type { House } from './effects/effect.ts';
import type { Logger } from './log.ts';
import { nameOf } from './pumps/pump.ts';
import { together } from './together.ts';

export interface Context {
  db: Db;
  clock: Clock;
  house: House;
  log: Logger;
  /** Facts older than this start no flow. */
  triggerMaxAgeDays: number;
}

/** Advances that are asked for at the same moment share a transaction of at most so many. */
const group = { most: 32, width: 3 };

const doors = new WeakMap<Context, (call: Call) => Promise<Next>>();

/** `advance` with its commit made known to pumps and open pages; calls that come together go together. */
export function advancing(
  context: Context,
  enrolmentId: string,
  now: number,
  options: Pick<Call, 'keepStartMark'> = {},
): Promise<Next> {
  let door = doors.get(context);
  if (!door) {
    door = doorOf(context);
    doors.set(context, door);
  }
  return door({ enrolmentId, now, ...options });
}

function doorOf(context: Context): (call: Call) => Promise<Next> {
  const { db, house, log } = context;
  const options: AdvanceOptions = {
    house,
    onCommitted: (changed) => tell(db, changed),
    onBroken: (enrolmentId, error) =>
      log.error({ enrolmentId, error: nameOf(error) }, 'could not be worked out; blocked'),
  };
  return together<Call, Next>(
    async (calls) =>
      calls.length === 1
        ? [await advance(db, calls[0] as Call, options)]
        : await advanceAll(db, calls, options),
    group,
  );
}

function tell(
  db: Db,
  { flowId, enrolmentId, candidateId, queued, recordedEvents, moved, told }: Changed,
): void {
  if (queued.size > 0) notifyWork(db, ...queued);
  if (recordedEvents) notifyWork(db, 'router');
  if (!moved) return;
  notifyLive(db, [
    { topic: 'enrolment', id: enrolmentId },
    { topic: 'flow', id: flowId },
    { topic: 'candidate', id: candidateId },
    ...told.map((topic) => ({ topic, id: '*' })),
  ]);
}
