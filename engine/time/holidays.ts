/**
 * Public holidays, by country. The library behind it is large (a megabyte of rules), so it is not loaded before
 * someone needs it: whoever asks here awaits `loadHolidays()` once before. Pure from then on.
 */
import type { default as Calendar } from 'date-holidays';

/** ISO 3166-1 alpha-2, as candidates have it. */
export type Country = string;

/** Thrown when holidays are asked for that nobody has loaded: to guess “none” would send mail on Christmas Day. */
export class HolidaysNotLoaded extends Error {
  constructor() {
    super('Holidays are asked for before loadHolidays() has been awaited');
    this.name = 'HolidaysNotLoaded';
  }
}

let Library: typeof Calendar | null = null;

/** Idempotent; a tenth of a second the first time. In a browser it fetches a chunk of its own. */
export async function loadHolidays(): Promise<void> {
  Library ??= (await import('date-holidays')).default;
}

const calendars = new Map<string, Calendar>();
/** `PT-2026` → date → name. */
const years = new Map<string, Map<string, string>>();

const day = 86_400_000;

/** One that lasts half a day keeps nobody from her mail. */
const leastHours = 20;

/**
 * The holiday's name, in English where the library knows it so; null: an ordinary day. Only public holidays of the
 * whole country count, no regional, bank or school ones. A country that the library does not know has none.
 * @param date `YYYY-MM-DD`, in the country.
 * @throws {HolidaysNotLoaded} unless `loadHolidays()` has been awaited.
 */
export function isHoliday(date: string, country: Country): string | null {
  const year = Number(date.slice(0, 4));
  // One that begins in December may last into January.
  return holidaysOf(year, country).get(date) ?? holidaysOf(year - 1, country).get(date) ?? null;
}

/**
 * All of a year's: date → name. Those that begin in December may reach into January.
 * @throws {HolidaysNotLoaded} unless `loadHolidays()` has been awaited.
 */
export function holidaysOf(year: number, country: Country): ReadonlyMap<string, string> {
  const key = `${country.toUpperCase()}-${year}`;
  let known = years.get(key);
  if (!known) {
    known = read(year, country.toUpperCase());
    if (years.size >= 1000) years.clear();
    years.set(key, known);
  }
  return known;
}

function read(year: number, country: Country): Map<string, string> {
  if (!Library) throw new HolidaysNotLoaded();
  let calendar = calendars.get(country);
  if (!calendar) {
    calendar = new Library(country, { types: ['public'] });
    calendars.set(country, calendar);
  }
  const dates = new Map<string, string>();
  for (const { date, start, end, name } of calendar.getHolidays(year, 'en')) {
    const length = end.getTime() - start.getTime();
    if (length < leastHours * 3_600_000) continue;
    const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
    for (let nth = 0; nth < Math.max(1, Math.round(length / day)); nth++) {
      const each = new Date(first + nth * day).toISOString().slice(0, 10);
      if (!dates.has(each)) dates.set(each, name);
    }
  }
  return dates;
}
