/** Pure: why a condition holds for someone, as sentences: what of it holds for her, and nothing else. */
import type { Condition } from './condition.ts';
import { judge, type Scope } from './memory.ts';
import { conditionInWords, leafInWords, type ValueNames } from './words.ts';

/** Empty: it does not hold, or asks nothing. */
export function reasonsFor(condition: Condition, scope: Scope, names: ValueNames): string[] {
  if (!judge(condition, scope).holds) return [];
  return [...new Set(reasons(condition, scope, names))];
}

function reasons(condition: Condition, scope: Scope, names: ValueNames): string[] {
  if ('all' in condition) return condition.all.flatMap((each) => reasons(each, scope, names));
  if ('any' in condition)
    return condition.any
      .filter((each) => judge(each, scope).holds)
      .flatMap((each) => reasons(each, scope, names));
  if ('not' in condition) return [conditionInWords(condition, names)];
  return [leafInWords(condition, names)];
}
