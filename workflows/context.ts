/** What every pump is handed: the database, the clock, the house, and whom to tell. */
import type { Db } from '../db/connect.ts';
import { notifyLive, notifyWork } from '../db/notify.ts';
import type { Clock } from '../engine/time/clock.ts';
import { type AdvanceOptions, advance, type Next } from './advance.ts';
import type { House } from './effects/effect.ts';
import type { Logger } from './log.ts';

export interface Context {
  db: Db;
  clock: Clock;
  house: House;
  log: Logger;
  /** Facts older than this start no flow. */
  triggerMaxAgeDays: number;
}

/** `advance` with its commit made known to pumps and open pages. */
export function advancing(
  context: Context,
  enrolmentId: string,
  now: number,
  options: Pick<AdvanceOptions, 'keepStartMark'> = {},
): Promise<Next> {
  const { db, house } = context;
  return advance(db, enrolmentId, now, {
    house,
    ...options,
    onCommitted(changed) {
      if (changed.queuedMail) notifyWork(db, 'deliver-email');
      if (changed.recordedEvents) notifyWork(db, 'router');
      if (!changed.moved) return;
      notifyLive(db, [
        { topic: 'enrolment', id: enrolmentId },
        { topic: 'flow', id: changed.flowId },
        { topic: 'candidate', id: changed.candidateId },
      ]);
    },
  });
}
