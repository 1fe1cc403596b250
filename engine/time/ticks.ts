/** Pure: when a time of day comes round in several zones, and which dates of people's lives it brings. */
import { Temporal } from 'temporal-polyfill';
import type { Duration } from './duration.ts';
import { atLocal, type LocalTime, nextLocal } from './local.ts';

const day = 86_400_000;

/** The first instant after `afterMs` at which it is `time` in one of the zones. */
export function nextTick(afterMs: number, time: LocalTime, zones: readonly string[]): number {
  const next = zones.flatMap((zone) => nextLocal(afterMs + 1, time, zone) ?? []);
  return Math.min(...next);
}

export interface Turn {
  zone: string;
  /** YYYY-MM-DD, as it is there. */
  date: string;
  /** Milliseconds since 1970: when it was that time there. */
  at: number;
}

/** In which zones it became `time` after `afterMs` and by `untilMs`, and what day it was there. In the order of the zones. */
export function turnsBetween(
  afterMs: number,
  untilMs: number,
  time: LocalTime,
  zones: readonly string[],
): Turn[] {
  return zones.flatMap((zone) => {
    const turns: Turn[] = [];
    let date = Temporal.Instant.fromEpochMilliseconds(Math.max(afterMs, untilMs - 8 * day))
      .toZonedDateTimeISO(zone)
      .toPlainDate();
    for (;;) {
      const at = atLocal(date.toString(), time, zone);
      if (at > untilMs) return turns;
      if (at > afterMs) turns.push({ zone, date: date.toString(), at });
      date = date.add({ days: 1 });
    }
  });
}

export interface Anniversaries {
  /** Days of the calendar, `MM-DD`, with the year in which they come: dates of an earlier year are meant. */
  yearly: { monthDay: string; year: number }[];
  /** Plain dates, YYYY-MM-DD. */
  once: string[];
}

/**
 * The dates that come on `date`, so long after (or before) themselves. Months differ in length, so that several dates
 * may come on one day, 29 February of other years among them.
 */
export function datesComing(date: string, offset: Duration | null, side: 'before' | 'after'): Anniversaries {
  const today = Temporal.PlainDate.from(date);
  const length = offset ? Temporal.Duration.from(offset) : new Temporal.Duration();
  const away = side === 'after' ? length : length.negated();
  const about = today.subtract(away);
  const bases = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    .map((days) => about.add({ days }))
    .filter((base) => base.add(away).equals(today));
  const yearly = bases.flatMap((base) => {
    const monthDay = base.toString().slice(5);
    const one = { monthDay, year: base.year };
    return monthDay === '02-28' && !base.inLeapYear ? [one, { monthDay: '02-29', year: base.year }] : [one];
  });
  return { yearly, once: bases.map((base) => base.toString()) };
}
