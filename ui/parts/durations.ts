/** Pure: durations as an editor asks for them, one number and one unit. */
import { parseDuration } from '../../engine/time/duration.ts';

export const units = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months'] as const;
export type Unit = (typeof units)[number];

export interface Amount {
  count: number;
  unit: Unit;
}

const write: Record<Unit, (count: number) => string> = {
  seconds: (count) => `PT${count}S`,
  minutes: (count) => `PT${count}M`,
  hours: (count) => `PT${count}H`,
  days: (count) => `P${count}D`,
  weeks: (count) => `P${count}W`,
  months: (count) => `P${count}M`,
};

export const toDuration = ({ count, unit }: Amount): string => write[unit](count);

/** Null for what one number and one unit cannot say, such as `P1DT2H`. */
export function toAmount(duration: string): Amount | null {
  const parsed = parseDuration(duration);
  if (!parsed) return null;
  const given = units.filter((unit) => parsed[unit] > 0);
  const [unit] = given;
  if (given.length !== 1 || !unit || parsed.years > 0) return null;
  return { count: parsed[unit], unit };
}
