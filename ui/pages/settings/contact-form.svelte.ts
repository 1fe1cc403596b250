/** The rules for contact while they are edited: a row for each day of the week, a row for each limit. */
import type { ContactClass } from '../../../engine/contact/classes.ts';
import { type ContactRules, contactInWords } from '../../../engine/contact/settings-words.ts';

export interface DayRow {
  open: boolean;
  from: string;
  to: string;
}
export interface CapRow {
  classes: ContactClass[];
  most: string;
  days: string;
}

const usual = { from: '09:00', to: '18:00' };
const weekdays = [1, 2, 3, 4, 5, 6, 7];

export class ContactForm {
  atAnyTime = $state(false);
  days = $state<DayRow[]>([]);
  skipHolidays = $state(false);
  caps = $state<CapRow[]>([]);

  constructor(rules: ContactRules) {
    this.show(rules);
  }

  show({ hours, skipHolidays, caps }: ContactRules): void {
    this.atAnyTime = hours === null;
    this.days = weekdays.map((day) => {
      const open = hours?.find((each) => each.days.includes(day));
      return { open: hours === null ? day < 6 : open !== undefined, ...usual, ...pick(open) };
    });
    this.skipHolidays = skipHolidays;
    this.caps = caps.map(({ classes, most, days }) => ({
      classes: [...classes],
      most: String(most),
      days: String(days),
    }));
  }

  /** As it is saved: days with the same hours stand in one line. */
  get rules(): ContactRules {
    const lines = new Map<string, { from: string; to: string; days: number[] }>();
    for (const [index, { open, from, to }] of this.days.entries()) {
      if (!open) continue;
      const line = lines.get(`${from} ${to}`) ?? { from, to, days: [] };
      line.days.push(index + 1);
      lines.set(`${from} ${to}`, line);
    }
    return {
      hours: this.atAnyTime ? null : [...lines.values()],
      skipHolidays: this.skipHolidays,
      caps: this.caps.map(({ classes, most, days }) => ({ classes, most: Number(most), days: Number(days) })),
    };
  }

  /** Which line of what is saved a day stands in; -1: it is closed. */
  lineOf(day: number): number {
    return this.rules.hours?.findIndex((line) => line.days.includes(day)) ?? -1;
  }

  get inWords(): string[] {
    return contactInWords(this.rules);
  }

  sameEveryDay(): void {
    const first = this.days.find((day) => day.open);
    if (first) for (const day of this.days) Object.assign(day, pick(first));
  }

  addCap(): void {
    this.caps.push({ classes: ['nurture', 'marketing'], most: '2', days: '7' });
  }

  removeCap(index: number): void {
    this.caps.splice(index, 1);
  }
}

const pick = (hours: { from: string; to: string } | undefined) =>
  hours ? { from: hours.from, to: hours.to } : {};
