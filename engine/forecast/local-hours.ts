/** Pure: on which date and in which hour an instant lies, asked hundreds of thousands of times for few different answers. */
import { Temporal } from 'temporal-polyfill';

export interface LocalHour {
  /** YYYY-MM-DD. */
  date: string;
  /** 0 to 23. */
  hour: number;
}

/** Clocks stand on a quarter of an hour everywhere (see `time/calendar.ts`). */
const quarter = 900_000;

export class LocalHours {
  readonly #timeZone: string;
  readonly #known = new Map<number, LocalHour>();

  /** IANA name. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** @throws {RangeError} for an unknown zone. */
  at(ms: number): LocalHour {
    const block = Math.floor(ms / quarter);
    let local = this.#known.get(block);
    if (!local) {
      const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#timeZone);
      local = { date: time.toPlainDate().toString(), hour: time.hour };
      this.#known.set(block, local);
    }
    return local;
  }
}
