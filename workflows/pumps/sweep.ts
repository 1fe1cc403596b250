/** Pump: the net below the clocks. An open enrolment whose deadline passed a minute ago, or that has none, is marked. */
import { notifyWork } from '../../db/notify.ts';
import { markOverdue, markUnclocked } from '../../db/queries/marks.ts';
import type { Context } from '../context.ts';
import type { PumpWork } from './pump.ts';

export const sweep = ({ db, clock }: Context): PumpWork => ({
  name: 'sweep',
  async round() {
    const marked = (await markOverdue(db, clock.now())) + (await markUnclocked(db));
    if (marked > 0) notifyWork(db, 'waker');
    return marked;
  },
});
