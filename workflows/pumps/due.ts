/** Pump: due rows. When the instant has come, the event is written; flows hear it like any other. */
import { notifyWork } from '../../db/notify.ts';
import { takeDue } from '../../db/queries/due.ts';
import type { Context } from '../context.ts';
import type { PumpWork } from './pump.ts';

export const due = ({ db, clock }: Context): PumpWork => ({
  name: 'due',
  async round() {
    const taken = await takeDue(db, clock.now());
    if (taken > 0) notifyWork(db, 'router');
    return taken;
  },
});
