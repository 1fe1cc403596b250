/** Pure: which kinds of event may change what a pool's condition says of someone. Generous: one too many costs a look. */
import type { Condition } from '../conditions/condition.ts';
import { fieldsOf, historyOf, leavesOf } from '../conditions/reads.ts';
import { type EventType, eventTypes } from '../events.ts';

/** Families of events that may come with other facts about her. */
const factual = ['candidate', 'application', 'webhook', 'interview', 'form', 'survey', 'consent'];

export const readsPools = (condition: Condition): boolean => fieldsOf(condition).includes('candidate.pools');

export function heardBy(condition: Condition): EventType[] {
  const families = readsPools(condition) ? [...factual, 'pool'] : factual;
  const facts = eventTypes.filter((type) => families.includes(type.split('.')[0] ?? ''));
  return [...new Set([...facts, ...historyOf(condition).map((past) => past.type as EventType)])];
}

/** Joining the pool `id` would change the answer. Whether someone is in any pool at all is asked of every pool. */
export const readsItself = (condition: Condition, id: string | null): boolean =>
  [...leavesOf(condition)].some(({ field, op, value }) => {
    if (field !== 'candidate.pools') return false;
    if (op === 'empty' || op === 'not-empty') return true;
    const asked = Array.isArray(value) ? value : [value];
    return id !== null && asked.some((one) => String(one).trim().toLowerCase() === id.toLowerCase());
  });
