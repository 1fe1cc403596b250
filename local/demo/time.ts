/** Months in seconds: a clock that jumps from one thing to the next, and the pumps stepped in between. */
import type { Db } from '../../db/connect.ts';
import { nextDeadline, type Queue, queuesWithWork, runsDue } from '../../db/queries/demo.ts';
import { advancing, type Context } from '../../workflows/context.ts';
import type { House } from '../../workflows/effects/effect.ts';
import { type Logger, silentLog } from '../../workflows/log.ts';
import { allPumps } from '../../workflows/pumps/index.ts';
import { inParallel, type PumpWork } from '../../workflows/pumps/pump.ts';
import { catcher } from '../../workflows/transports/catcher.ts';
import type { Transport } from '../../workflows/transports/transport.ts';

/** What happens this close together is handed to the pumps together. */
const atOnceMs = 10 * 60_000;
const width = 6;
/** Rounds that claim nothing although something is queued, before we give up. */
const mostIdle = 50;

export interface Time {
  now(): number;
  /** Plans something; in the past it happens now. */
  at(ms: number, act: () => Promise<void>): void;
  /** Lets everything happen up to then. */
  passUntil(ms: number): Promise<void>;
}

/** `onMail`: the ids of messages that have just arrived. */
export function timeOn(
  db: Db,
  { start, house, onMail }: { start: number; house: House; onMail(ids: string[]): Promise<void> },
): Time {
  let now = start;
  let trouble = '';
  const log: Logger = {
    ...silentLog,
    warn(fields, message) {
      trouble = ` Last heard: ${message}${typeof fields.error === 'string' ? ` (${fields.error})` : ''}.`;
    },
  };
  const agenda: { at: number; act(): Promise<void> }[] = [];
  const context: Context = { db, clock: { now: () => now }, house, log, triggerMaxAgeDays: 7 };
  const pumps = pumpsByQueue(context, watched(catcher(db), onMail));

  const settle = async () => {
    for (let idle = 0; idle < mostIdle; ) {
      const busy = await queuesWithWork(db);
      if (busy.size === 0) return;
      let claimed = 0;
      for (const queue of busy) for (const pump of pumps[queue]) claimed += await pump.round();
      idle = claimed > 0 ? 0 : idle + 1;
      // A row that was put aside after a conflict comes up again in a moment of real time.
      if (claimed === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Something in the demo’s queues does not get done.${trouble}`);
  };

  return {
    now: () => now,
    at(given, act) {
      const ms = Math.floor(given);
      let index = agenda.length;
      while (index > 0 && (agenda[index - 1]?.at ?? 0) > ms) index--;
      agenda.splice(index, 0, { at: ms, act });
    },
    async passUntil(ms) {
      for (;;) {
        const deadline = (await nextDeadline(db)) ?? Number.POSITIVE_INFINITY;
        const first = Math.min(agenda[0]?.at ?? Number.POSITIVE_INFINITY, deadline);
        if (first > ms) break;
        const until = Math.min(ms, first + atOnceMs, Math.max(first, deadline));
        now = Math.max(now, first);
        while (agenda[0] && agenda[0].at <= until) {
          const next = agenda.shift();
          now = Math.max(now, next?.at ?? now);
          await next?.act();
        }
        await inParallel(
          await runsDue(db, now),
          width,
          async (id) => void (await advancing(context, id, now)),
        );
        await settle();
      }
      now = ms;
      await settle();
    },
  };
}

/** Clocks that nobody has to wind: a deadline is met because this file looks for it. */
function pumpsByQueue(context: Context, transport: Transport): Record<Queue, PumpWork[]> {
  const all = allPumps({
    context,
    provider: {},
    transport,
    clocks: () => ({
      start: async () => {},
      wake: async (id) => void (await advancing(context, id, context.clock.now())),
      end: async () => {},
    }),
  });
  const named = (name: Queue) => all.filter((pump) => pump.name.startsWith(name));
  return {
    intake: named('intake'),
    router: named('router'),
    waker: named('waker'),
    'deliver-email': named('deliver-email'),
  };
}

const watched = (transport: Transport, onMail: (ids: string[]) => Promise<void>): Transport => {
  let arrived: string[] = [];
  return {
    ...transport,
    encode(messages, publicUrl) {
      arrived = messages.map((message) => message.messageId);
      return transport.encode(messages, publicUrl);
    },
    async send(batch) {
      const sent = await transport.send(batch);
      await onMail(arrived);
      return sent;
    },
  };
};
