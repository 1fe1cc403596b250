/** What has to be loaded before a plan can be run: the holidays, where any step or setting passes over them. */
import { loadHolidays } from '../time/holidays.ts';

/** Of a plan, or a graph that may become one. */
export const needsHolidays = (flow: object): boolean => JSON.stringify(flow).includes('"skipHolidays":true');

/** Loads nothing twice, and nothing that is not asked for. */
export async function loadFor(flow: object): Promise<void> {
  if (needsHolidays(flow)) await loadHolidays();
}
