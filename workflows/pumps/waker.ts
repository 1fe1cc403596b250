/**
 * Pump: marks, one lane each. A new enrolment's first stretch runs here; then Temporal gets its clock, set to the
 * first deadline. Everyone else is poked, and moves in its own workflow.
 */
import { claimMarks, deleteMarks, type Lane, type Mark, returnMark } from '../../db/queries/marks.ts';
import type { Clocks } from '../client.ts';
import { advancing, type Context } from '../context.ts';
import { inParallel, nameOf, type PumpWork } from './pump.ts';

export const lanes: readonly Lane[] = ['event', 'due', 'bulk'];

const width = 8;

/** `clocks` answers null while Temporal cannot be reached: marks then simply stay. */
export const waker = (context: Context, clocks: () => Clocks | null, lane: Lane): PumpWork => ({
  name: `waker ${lane}`,
  async round() {
    const marks = await claimMarks(context.db, lane, width * 4);
    await inParallel(marks, width, (mark) => look(context, clocks(), mark));
    return marks.length;
  },
});

async function look(context: Context, clocks: Clocks | null, mark: Mark): Promise<void> {
  try {
    if (mark.closed) await end(context, clocks, mark);
    else if (mark.kind === 'start') await start(context, clocks, mark);
    else await clocks?.wake(mark.enrolmentId);
  } catch (error) {
    context.log.warn(
      { enrolmentId: mark.enrolmentId, kind: mark.kind, attempts: mark.attempts, error: nameOf(error) },
      'not woken; it will be tried again',
    );
  }
}

async function end({ db }: Context, clocks: Clocks | null, mark: Mark): Promise<void> {
  if (clocks === null) return;
  await clocks.end(mark.enrolmentId);
  await deleteMarks(db, [mark.id]);
}

async function start(context: Context, clocks: Clocks | null, mark: Mark): Promise<void> {
  const { db, clock } = context;
  let wakeAt = mark.startAt?.getTime() ?? null;
  if (wakeAt === null) {
    const next = await advancing(context, mark.enrolmentId, clock.now(), { keepStartMark: true });
    if (next.done) return;
    // Blocked or paused: nothing to time. Whoever repairs or resumes it marks it to be woken.
    if (next.wakeAt === null) return deleteMarks(db, [mark.id]);
    wakeAt = next.wakeAt;
  }
  if (clocks === null) return returnMark(db, mark.id, 1);
  await clocks.start(mark.enrolmentId, Math.max(0, wakeAt - clock.now()));
  await deleteMarks(db, [mark.id]);
}
