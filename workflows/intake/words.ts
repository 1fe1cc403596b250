/** Pure: what came of a request, as the source's page says it. */

/** `types`: of the events that it caused, without the candidate's own. */
export function takenInWords(created: boolean, types: readonly string[]): string {
  const parts = [created ? 'New candidate' : 'Known candidate'];
  if (types.includes('application.received')) parts.push('new application');
  if (types.includes('application.stage-changed')) parts.push('stage changed');
  for (const status of ['hired', 'rejected', 'withdrawn'])
    if (types.includes(`application.${status}`)) parts.push(status);
  if (parts.length === 1 && !created) parts.push(types.length > 0 ? 'updated' : 'nothing new');
  return `${parts.join(', ')}.`;
}
