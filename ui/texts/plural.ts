/** Pure: numbers in sentences. */
const figures = new Intl.NumberFormat('en-GB');

/** `40,100` */
export const figure = (n: number): string => figures.format(n);

/** `1 candidate`, `3 candidates`, `1,200 replies` */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${figure(n)} ${n === 1 ? one : many}`;

/** `Ada`, `Ada and Ben`, `Ada, Ben and 4 more` */
export function names(list: string[], shown = 3): string {
  if (list.length <= 1) return list[0] ?? '';
  if (list.length <= shown) return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  return `${list.slice(0, shown).join(', ')} and ${figure(list.length - shown)} more`;
}
