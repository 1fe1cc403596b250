/** What was dropped on one page, on its way to the one that looks at it. */
let onItsWay: File | null = null;
export const handOver = (file: File): void => {
  onItsWay = file;
};
export function takeOver(): File | null {
  const file = onItsWay;
  onItsWay = null;
  return file;
}
