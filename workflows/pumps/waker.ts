/**
 * Pump: marks, one lane each. A new enrolment's first stretch runs here; then Temporal gets its clock, set to the
 * first deadline. Everyone else is poked, and moves in its own workflow.
 */
import { claimMarks, deleteMarks, type Lane, type Mark, returnMark } from '../../db/queries/marks.ts';
import type { Clocks } from '../client.ts';
import { advancing, type Context } from '../context.ts';
import { inParallel, nameOf, type PumpWork } from './pump.ts';

export const lanes: readonly Lane[] = ['event', 'due', 'bulk'];

/** Marks of a lane that are looked at side by side. */
export const width = 8;

/** `clocks` answers null while Temporal cannot be reached: marks then simply stay. */
export const waker = (context: Context, clocks: () => Clocks | null, lane: Lane): PumpWork => ({
  name: `waker ${lane}`,
  async round() {
    const marks = await claimMarks(context.db, lane, width * 4);
    const settled: string[] = [];
    await inParallel(marks, width, async (mark) => {
      if (await look(context, clocks(), mark)) settled.push(mark.id);
    });
    // Those that get lost between here and there are simply looked at again.
    await deleteMarks(context.db, settled);
    return marks.length;
  },
});

/** Whether the mark has served its purpose. One to wake goes with the advance that it asks for. */
async function look(context: Context, clocks: Clocks | null, mark: Mark): Promise<boolean> {
  try {
    if (mark.closed) return await end(clocks, mark);
    if (mark.kind === 'start') return await start(context, clocks, mark);
    if (clocks === null) await giveBack(context, mark);
    else await clocks.wake(mark.enrolmentId);
  } catch (error) {
    context.log.warn(
      { enrolmentId: mark.enrolmentId, kind: mark.kind, attempts: mark.attempts, error: nameOf(error) },
      'not woken; it will be tried again',
    );
    await giveBack(context, mark);
  }
  return false;
}

async function end(clocks: Clocks | null, mark: Mark): Promise<boolean> {
  if (clocks === null) return false;
  await clocks.end(mark.enrolmentId);
  return true;
}

async function start(context: Context, clocks: Clocks | null, mark: Mark): Promise<boolean> {
  const { db, clock } = context;
  let wakeAt = mark.startAt?.getTime() ?? null;
  if (wakeAt === null) {
    const next = await advancing(context, mark.enrolmentId, clock.now(), { keepStartMark: true });
    if (next.done) return false;
    // Blocked or paused: nothing to time. Whoever repairs or resumes it marks it to be woken.
    if (next.wakeAt === null) return true;
    wakeAt = next.wakeAt;
  }
  if (clocks === null) {
    await returnMark(db, mark.id, 1);
    return false;
  }
  await clocks.start(mark.enrolmentId, Math.max(0, wakeAt - clock.now()));
  return true;
}

/** Temporal did not take it: soon again, not when the lease has run out, so that its return is noticed at once. */
async function giveBack({ db }: Context, mark: Mark): Promise<void> {
  await returnMark(db, mark.id, Math.min(5, mark.attempts)).catch(() => {});
}
