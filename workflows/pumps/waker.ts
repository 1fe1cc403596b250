/**
 * Pump: marks, one lane each. A new enrolment's first stretch runs here; then Temporal gets its clock, set to the
 * first deadline. Everyone else is poked, and moves in its own workflow.
 */
import { claimMarks, deleteMarks, type Lane, type Mark, returnMark } from '../../db/queries/marks.ts';
import { type Clocks, isAway } from '../client.ts';
import { advancing, type Context } from '../context.ts';
import { nameOf, type PumpWork, seats } from './pump.ts';

export const lanes: readonly Lane[] = ['event', 'due', 'bulk'];

/** Calls to Temporal at once, by all hands of a lane. */
export const width = 8;
/** Loops that share a lane: while one tells Temporal of what it has moved, the other moves on. */
export const hands = 2;
const claim = 32;

type Seat = ReturnType<typeof seats>;

/** The hands of a lane. `clocks` answers null while Temporal cannot be reached: marks then simply stay. */
export function wakers(context: Context, clocks: () => Clocks | null, lane: Lane): PumpWork[] {
  const seat = seats(width);
  return Array.from({ length: hands }, () => hand(context, clocks, lane, seat));
}

const hand = (context: Context, clocks: () => Clocks | null, lane: Lane, seat: Seat): PumpWork => ({
  name: `waker ${lane}`,
  async round() {
    const marks = await claimMarks(context.db, lane, claim);
    const moved = await Promise.all(marks.map((mark) => move(context, mark)));
    const settled: string[] = [];
    // Once a call finds nobody there, the others of this round do not wait for the same answer.
    let away = false;
    const telling = marks.map((mark, index) =>
      seat(async () => {
        try {
          if (await tell(context, away ? null : clocks(), mark, moved[index] as Moved)) settled.push(mark.id);
        } catch (error) {
          away ||= isAway(error);
          await failed(context, mark, error);
        }
      }),
    );
    await Promise.all(telling);
    // Those that get lost between here and there are simply looked at again.
    await deleteMarks(context.db, settled);
    return marks.length;
  },
});

/** What is left to do about a mark. */
type Moved =
  /** Its clock is to be set to the instant, in milliseconds since 1970. */
  | { tell: 'start'; at: number }
  | { tell: 'wake' }
  | { tell: 'end' }
  /** `settled`: the mark has served its purpose; else it is gone already, or will be looked at again. */
  | { tell: 'nothing'; settled: boolean };

/** A new enrolment's first stretch, unless it is done. */
async function move(context: Context, mark: Mark): Promise<Moved> {
  if (mark.closed) return { tell: 'end' };
  if (mark.kind === 'wake') return { tell: 'wake' };
  if (mark.startAt !== null) return { tell: 'start', at: mark.startAt.getTime() };
  try {
    const now = context.clock.now();
    const next = await advancing(context, mark.enrolmentId, now, { keepStartMark: true });
    if (next.done) return { tell: 'nothing', settled: false };
    // Blocked or paused, and nothing to leave by: nothing to time. Whoever repairs or resumes it marks it to be woken.
    if (next.wakeAt === null) return { tell: 'nothing', settled: true };
    return { tell: 'start', at: next.wakeAt };
  } catch (error) {
    await failed(context, mark, error);
    return { tell: 'nothing', settled: false };
  }
}

/** Whether the mark has served its purpose. One to wake goes with the advance that it asks for. */
async function tell(context: Context, clocks: Clocks | null, mark: Mark, moved: Moved): Promise<boolean> {
  if (moved.tell === 'nothing') return moved.settled;
  if (clocks === null) {
    await giveBack(context, mark);
    return false;
  }
  if (moved.tell === 'wake') await clocks.wake(mark.enrolmentId);
  else if (moved.tell === 'end') await clocks.end(mark.enrolmentId);
  else await clocks.start(mark.enrolmentId, Math.max(0, moved.at - context.clock.now()));
  return moved.tell !== 'wake';
}

async function failed(context: Context, mark: Mark, error: unknown): Promise<void> {
  const { enrolmentId, kind, attempts } = mark;
  context.log.warn(
    { enrolmentId, kind, attempts, error: nameOf(error) },
    'not woken; it will be tried again',
  );
  await giveBack(context, mark);
}

/** Not taken by Temporal: soon again, not when the lease has run out, so that its return is noticed at once. */
async function giveBack({ db }: Context, mark: Mark): Promise<void> {
  await returnMark(db, mark.id, Math.min(5, mark.attempts)).catch(() => {});
}
