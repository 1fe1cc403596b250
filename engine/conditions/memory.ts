/** Pure: judges a condition on facts in memory. Its equal in SQL is `db/conditions/sql.ts`. */
import type { Facts } from '../facts.ts';
import { zoneFor } from '../time/calendar.ts';
import type { Condition, ConditionValue, Judged, Operator, Verdict } from './condition.ts';
import { consentField, consentOf } from './consent.ts';
import { fold } from './fold.ts';
import { happenedTo, readHistoryPath } from './history.ts';
import { beginsAt } from './period.ts';
import { timesWithin } from './times.ts';

export interface Scope {
  facts: Facts;
  /** Read by `event.*`, where the condition is asked about an event. */
  event?: { type: string; data: Record<string, unknown> } | null;
  /** Read by `run.*`, where a run asks: how often it has come to the node, this time included. */
  run?: { visit: number };
  /** Milliseconds since 1970: what relative dates count from. */
  now: number;
}

/** Every leaf is looked at, so that a "no" can be explained as fully as a "yes". */
export function judge(condition: Condition, scope: Scope): Verdict {
  const because: Judged[] = [];
  return { holds: holds(condition, scope, because), because };
}

function holds(condition: Condition, scope: Scope, because: Judged[]): boolean {
  if ('all' in condition) return condition.all.map((each) => holds(each, scope, because)).every(Boolean);
  if ('any' in condition) return condition.any.map((each) => holds(each, scope, because)).some(Boolean);
  if ('not' in condition) return !holds(condition.not, scope, because);
  const { field, op, value, within } = condition;
  const actual = within === undefined ? read(field, scope) : timesWithin(condition, scope);
  const verdict = judgeLeaf[op](actual, value ?? null, scope);
  because.push({
    field,
    op,
    value,
    ...(within === undefined ? {} : { within }),
    actual: actual ?? null,
    holds: verdict,
  });
  return verdict;
}

/** The value at a field's path; undefined where there is none. */
export function read(path: string, scope: Scope): unknown {
  const history = path.startsWith('history.') ? readHistoryPath(path) : null;
  if (history) return happenedTo(scope.facts, history.type)[history.ask];
  if (path === consentField) return consentOf(scope.facts.candidate, scope.now);
  const [root = '', ...rest] = path.split('.');
  let at: unknown =
    root === 'event'
      ? scope.event?.data
      : root === 'run'
        ? scope.run
        : (scope.facts as unknown as Record<string, unknown>)[root];
  for (const name of rest) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

type Leaf = (actual: unknown, value: ConditionValue, scope: Scope) => boolean;

const not =
  (leaf: Leaf): Leaf =>
  (actual, value, scope) =>
    !leaf(actual, value, scope);

const isEmpty: Leaf = (actual) =>
  actual === null ||
  actual === undefined ||
  (typeof actual === 'string' && fold(actual) === '') ||
  (Array.isArray(actual) && actual.length === 0);

const same = (a: unknown, b: unknown): boolean => {
  if (a === null || a === undefined || b === null || b === undefined) return false;
  if (typeof a === 'number' || typeof b === 'number')
    return Number(a) === Number(b) && String(a).trim() !== '' && String(b).trim() !== '';
  return fold(String(a)) === fold(String(b));
};

const is: Leaf = (actual, value) => (Array.isArray(actual) ? false : same(actual, value));

/** For lists: has such a member. For text: has that piece. */
const contains: Leaf = (actual, value) => {
  if (value === null || Array.isArray(value)) return false;
  if (Array.isArray(actual)) return actual.some((each) => same(each, value));
  return typeof actual === 'string' && fold(actual).includes(fold(String(value)));
};

const startsWith: Leaf = (actual, value) =>
  typeof actual === 'string' && value !== null && fold(actual).startsWith(fold(String(value)));

const anyOf: Leaf = (actual, value) => {
  const wanted = Array.isArray(value) ? value : [value];
  const given = Array.isArray(actual) ? actual : [actual];
  return given.some((each) => wanted.some((one) => same(each, one)));
};

const compared =
  (holds: (actual: number, value: number) => boolean): Leaf =>
  (actual, value) => {
    const [a, b] = [asNumber(actual), asNumber(value)];
    return a !== null && b !== null && holds(a, b);
  };

const ordered =
  (holds: (actual: number, value: number) => boolean): Leaf =>
  (actual, value) => {
    const [a, b] = [asInstant(actual), asInstant(value)];
    return a !== null && b !== null && holds(a, b);
  };

const withinLast: Leaf = (actual, value, scope) => {
  const at = asInstant(actual);
  if (at === null || typeof value !== 'string') return false;
  return at <= scope.now && at > beginsAt(scope.now, value, zoneFor(scope.facts));
};

const judgeLeaf: Record<Operator, Leaf> = {
  is,
  'is-not': not(is),
  contains,
  'contains-not': not(contains),
  'starts-with': startsWith,
  'any-of': anyOf,
  'none-of': not(anyOf),
  greater: compared((a, b) => a > b),
  less: compared((a, b) => a < b),
  'at-least': compared((a, b) => a >= b),
  'at-most': compared((a, b) => a <= b),
  before: ordered((a, b) => a < b),
  after: ordered((a, b) => a > b),
  'within-last': withinLast,
  'not-within-last': not(withinLast),
  empty: isEmpty,
  'not-empty': not(isEmpty),
};

/** Whether a leaf holds for a value, wherever it was read. */
export const leafHolds = (op: Operator, actual: unknown, value: ConditionValue, scope: Scope): boolean =>
  judgeLeaf[op](actual, value, scope);

export function asNumber(value: unknown): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** An RFC 3339 instant (never one without an offset: whose clock would it be?), or a plain date, its first moment in UTC. */
export function asInstant(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const [, day] = instant.exec(value) ?? [];
  const at = day ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return null;
  // There is no 30 February, though some engines take it for 2 March.
  if (day === undefined || Number(day.slice(8)) <= 28) return at;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : null;
}

const instant = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
