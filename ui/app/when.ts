/** Pure: instants in words. Relative up to a week, then a date; always in a named zone. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Parts {
  weekday: string;
  day: string;
  month: string;
  year: string;
  clock: string;
  /** Sorts and compares as a calendar day. */
  key: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(ms: number, timeZone: string): Parts {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = value;
  const { weekday = '', day = '', month = '', year = '', minute = '' } = part;
  return {
    weekday,
    day,
    month,
    year,
    clock: `${Number(part.hour)}:${minute}`,
    key: `${year} ${month} ${day}`,
  };
}

/** `Europe/Lisbon` → `Lisbon`. */
export const zoneName = (timeZone: string): string =>
  timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;

/** `9:42` */
export const clockIn = (ms: number, timeZone: string): string => partsOf(ms, timeZone).clock;

/** Equal for two instants of one calendar day. */
export const dayKey = (ms: number, timeZone: string): string => partsOf(ms, timeZone).key;

/** `Today`, `Yesterday`, `Tue 17 Nov`, `13 Nov 2024` */
export function dayIn(ms: number, timeZone: string, now: number): string {
  const it = partsOf(ms, timeZone);
  if (it.key === dayKey(now, timeZone)) return 'Today';
  if (it.key === dayKey(now - day, timeZone)) return 'Yesterday';
  return it.year === partsOf(now, timeZone).year
    ? `${it.weekday} ${it.day} ${it.month}`
    : `${it.day} ${it.month} ${it.year}`;
}

/** `Tue 24 Nov, 9:00`; with the year when it is another one. */
export function momentIn(ms: number, timeZone: string, now: number): string {
  const it = partsOf(ms, timeZone);
  const date =
    it.year === partsOf(now, timeZone).year
      ? `${it.weekday} ${it.day} ${it.month}`
      : `${it.day} ${it.month} ${it.year}`;
  return `${date}, ${it.clock}`;
}

/** `Tue 24 Nov 2026, 9:00 (Lisbon)`: for hovering, where nothing is left out. */
export function absoluteIn(ms: number, timeZone: string): string {
  const it = partsOf(ms, timeZone);
  return `${it.weekday} ${it.day} ${it.month} ${it.year}, ${it.clock} (${zoneName(timeZone)})`;
}

/** `13 Nov` or `13 Nov 2024` */
export function dateIn(ms: number, timeZone: string, now: number): string {
  const it = partsOf(ms, timeZone);
  return it.year === partsOf(now, timeZone).year
    ? `${it.day} ${it.month}`
    : `${it.day} ${it.month} ${it.year}`;
}

/** `now`, `5 min ago`, `3 h ago`, `yesterday`, `4 days ago`, `in 2 h`, `tomorrow`; a date beyond a week. */
export function relativeTo(ms: number, timeZone: string, now: number): string {
  const away = ms - now;
  const size = Math.abs(away);
  const past = away <= 0;
  if (size < minute) return 'now';
  if (size < hour)
    return past ? `${Math.floor(size / minute)} min ago` : `in ${Math.ceil(size / minute)} min`;
  if (size < 12 * hour) return past ? `${Math.floor(size / hour)} h ago` : `in ${Math.round(size / hour)} h`;
  const days = calendarDays(ms, timeZone) - calendarDays(now, timeZone);
  if (days === 0) return past ? `${Math.floor(size / hour)} h ago` : `in ${Math.round(size / hour)} h`;
  if (days === -1) return 'yesterday';
  if (days === 1) return 'tomorrow';
  if (Math.abs(days) <= 7) return past ? `${-days} days ago` : `in ${days} days`;
  return dateIn(ms, timeZone, now);
}

/** Whole calendar days since 1970 in that zone. */
function calendarDays(ms: number, timeZone: string): number {
  const it = partsOf(ms, timeZone);
  return Math.round(Date.parse(`${it.day} ${it.month} ${it.year} UTC`) / day);
}

/** Full days between an instant and now, at least 0. */
export const daysSince = (ms: number, now: number): number => Math.max(0, Math.floor((now - ms) / day));
