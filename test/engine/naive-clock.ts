/** An oracle: clocks on walls, read minute by minute off the platform's own calendar. Slow, and too plain to be wrong. */

const minute = 60_000;
const day = 86_400_000;

interface Reading {
  /** YYYY-MM-DD */
  date: string;
  /** Since midnight. */
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const readings = new Map<string, Reading>();

export function readClock(ms: number, timeZone: string): Reading {
  const key = `${timeZone} ${Math.floor(ms / minute)}`;
  const known = readings.get(key);
  if (known) return known;
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const reading = {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
  readings.set(key, reading);
  return reading;
}

export interface NaiveWindow {
  from: string;
  to: string;
  /** Of the date on which it began, YYYY-MM-DD. */
  isDay: (date: string) => boolean;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T00:00Z`) - day).toISOString().slice(0, 10);

/** 1 is Monday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00Z`).getUTCDay() || 7;

export function isOpen(reading: Reading, { from, to, isDay }: NaiveWindow): boolean {
  const [begins, ends] = [minuteOf(from), minuteOf(to)];
  if (begins < ends) return reading.minute >= begins && reading.minute < ends && isDay(reading.date);
  if (reading.minute >= begins) return isDay(reading.date);
  return reading.minute < ends && isDay(dayBefore(reading.date));
}

/** The first instant not before `from` of which it holds: itself, or a full minute. Null: none within so many days. */
export function firstMinute(from: number, days: number, holds: (ms: number) => boolean): number | null {
  if (holds(from)) return from;
  for (let at = Math.floor(from / minute) * minute + minute; at < from + days * day; at += minute)
    if (holds(at)) return at;
  return null;
}
