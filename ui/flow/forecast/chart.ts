/** Pure: the days of a forecast as bars and as a week of hours. */

export interface Day {
  /** YYYY-MM-DD. */
  date: string;
  mails: number;
  /** 24 of them. */
  hours: number[];
}

export interface Bar {
  /** The day, or the Monday of the week: YYYY-MM-DD. */
  date: string;
  mails: number;
}

const dayMs = 86_400_000;
/** More bars than these would be thinner than a line. */
const mostDays = 62;
const mostWeeks = 106;

const msOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** 0 is Monday. */
const weekdayOf = (date: string): number => (new Date(msOf(date)).getUTCDay() + 6) % 7;
const mondayOf = (date: string): string => dateOf(msOf(date) - weekdayOf(date) * dayMs);

/** Every day, or every week, from the first mail to the last, also those without any. */
export function barsOf(days: readonly Day[]): { by: 'day' | 'week'; bars: Bar[] } {
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last) return { by: 'day', bars: [] };
  const by = (msOf(last.date) - msOf(first.date)) / dayMs < mostDays ? 'day' : 'week';
  const place = by === 'day' ? (date: string) => date : mondayOf;
  const step = by === 'day' ? dayMs : 7 * dayMs;
  const counts = new Map<string, number>();
  for (const { date, mails } of days) counts.set(place(date), (counts.get(place(date)) ?? 0) + mails);
  const bars: Bar[] = [];
  const end = msOf(place(last.date));
  for (let ms = msOf(place(first.date)); ms <= end && bars.length < mostWeeks; ms += step)
    bars.push({ date: dateOf(ms), mails: counts.get(dateOf(ms)) ?? 0 });
  return { by, bars };
}

/** Mails by weekday (0 is Monday) and hour. */
export function weekOf(days: readonly Day[]): number[][] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { date, hours } of days) {
    const row = week[weekdayOf(date)] ?? [];
    for (const [hour, mails] of hours.entries()) row[hour] = (row[hour] ?? 0) + mails;
  }
  return week;
}

/** The day with most mails; of several the first. Null: there is none. */
export const peakOf = (days: readonly Day[]): Day | null =>
  days.reduce<Day | null>((peak, day) => (peak === null || day.mails > peak.mails ? day : peak), null);
