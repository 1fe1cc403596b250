/** Pump: due rows. When the instant has come, the event is written; flows hear it like any other. */
import { notifyWork } from '../../db/notify.ts';
import { postponeDue, takeDue } from '../../db/queries/due.ts';
import type { Context } from '../context.ts';
import { nameOf, type PumpWork } from './pump.ts';

const mostAttempts = 8;

export const due = ({ db, clock }: Context): PumpWork => ({
  name: 'due',
  async round() {
    const now = clock.now();
    let claimed: string | null = null;
    try {
      const taken = await takeDue(db, now, (id) => {
        claimed = id;
      });
      if (taken) notifyWork(db, 'router');
      return taken ? 1 : 0;
    } catch (error) {
      if (claimed === null) throw error;
      await postponeDue(db, claimed, { why: `Could not be written (${nameOf(error)}).`, now, mostAttempts });
      return 1;
    }
  },
});
