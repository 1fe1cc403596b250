/** Pump: the net below the clocks. An open enrolment whose deadline passed a minute ago is marked. */
import { notifyWork } from '../../db/notify.ts';
import { markOverdue } from '../../db/queries/marks.ts';
import type { Context } from '../context.ts';
import type { PumpWork } from './pump.ts';

export const sweep = ({ db, clock }: Context): PumpWork => ({
  name: 'sweep',
  async round() {
    const marked = await markOverdue(db, clock.now());
    if (marked > 0) notifyWork(db, 'waker');
    return marked;
  },
});
