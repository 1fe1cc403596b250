/** What a benchmark says: one row a figure, with its bar and whether it holds. */

export interface Row {
  name: string;
  value: number;
  unit: string;
  /** What it was measured against, in the same run. */
  against: string;
  /** As a person reads it: `≥ 2.5`. */
  bar: string;
  holds: boolean;
}

export const atLeast = (name: string, value: number, bar: number, unit: string, against: string): Row => ({
  name,
  value,
  unit,
  against,
  bar: `≥ ${bar}`,
  holds: value >= bar,
});
export const atMost = (name: string, value: number, bar: number, unit: string, against: string): Row => ({
  name,
  value,
  unit,
  against,
  bar: `≤ ${bar}`,
  holds: value <= bar,
});
/** A figure without a bar, which explains another. */
export const noted = (name: string, value: number, unit: string, against = ''): Row => ({
  name,
  value,
  unit,
  against,
  bar: '',
  holds: true,
});

export interface Bench {
  name: string;
  about: string;
  run(): Promise<Row[]>;
}

const figure = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

export function printRow(row: Row): void {
  const verdict = row.bar === '' ? '' : row.holds ? `  holds ${row.bar}` : `  MISSES ${row.bar}`;
  console.log(
    `  ${row.name.padEnd(58)} ${figure(row.value).padStart(9)} ${row.unit}${row.against ? `, against ${row.against}` : ''}${verdict}`,
  );
}
