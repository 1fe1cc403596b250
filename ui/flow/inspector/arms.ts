/** Pure: the ways of a split as they stand in a draft, which may be half filled. */
export interface Arm {
  port: string;
  label?: string;
  weight?: number;
}

/** What cannot be read as a way is left out. */
export function armsOf(value: unknown): Arm[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each: unknown): each is Arm =>
      typeof each === 'object' && each !== null && 'port' in each && typeof each.port === 'string',
  );
}

/** A port's id that no way has: `way-1`, `way-2`, … Ids never change, so that edges stay where they are. */
export function freeArm(arms: readonly Arm[]): string {
  const taken = new Set(arms.map((each) => each.port));
  let n = arms.length + 1;
  while (taken.has(`way-${n}`)) n++;
  return `way-${n}`;
}

/** Of everyone, in percent with at most one decimal; null while the weights say nothing. */
export function shareOf(arm: Arm, arms: readonly Arm[]): number | null {
  const weight = ({ weight }: Arm): number => (typeof weight === 'number' && weight > 0 ? weight : 0);
  const whole = arms.reduce((sum, each) => sum + weight(each), 0);
  return whole > 0 ? Math.round((weight(arm) / whole) * 1000) / 10 : null;
}
