/** Pump: due rows. When the instant has come, the event is written; flows hear it like any other. */
import { notifyWork } from '../../db/notify.ts';
import { nextDue, postponeDue, takeDue } from '../../db/queries/due.ts';
import type { Context } from '../context.ts';
import { nameOf, type PumpWork } from './pump.ts';

const mostAttempts = 8;

export const due = ({ db, clock }: Context): PumpWork => ({
  name: 'due',
  async round() {
    const now = clock.now();
    const id = await nextDue(db, now);
    if (id === null) return 0;
    try {
      await takeDue(db, id, now);
      notifyWork(db, 'router');
    } catch (error) {
      await postponeDue(db, id, { why: `Could not be written (${nameOf(error)}).`, now, mostAttempts });
    }
    return 1;
  },
});
