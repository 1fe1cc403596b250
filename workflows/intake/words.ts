/** Pure: what came of a request, as the source's page says it. */

import type { Person } from '../../db/queries/intake-person.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';

/** `types`: of the events that it caused, without the candidate's own. A zone that nobody knows is told, not taken. */
export function takenInWords(
  created: boolean,
  types: readonly string[],
  { timeZone }: Pick<Person, 'timeZone'>,
): string {
  const parts = [created ? 'New candidate' : 'Known candidate'];
  if (types.includes('application.received')) parts.push('new application');
  if (types.includes('application.stage-changed')) parts.push('stage changed');
  for (const status of ['hired', 'rejected', 'withdrawn'])
    if (types.includes(`application.${status}`)) parts.push(status);
  if (parts.length === 1 && !created) parts.push(types.length > 0 ? 'updated' : 'nothing new');
  const unknown = timeZone !== null && !isTimeZone(timeZone);
  const leftOut = unknown ? ` “${timeZone.slice(0, 64)}” is no time zone, so it was left out.` : '';
  return `${parts.join(', ')}.${leftOut}`;
}
