/** Pure: the revision that a change starts from, as its `If-Match` header has it. */
import { invalid } from './problems.ts';

/** `If-Match: 3` or `"3"`; absent: overwrite whatever is there. @throws {Problem} `invalid` for anything else. */
export function revisionOf(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const revision = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (!revision) throw invalid({ path: 'If-Match', message: 'is not a revision' });
  return Number(revision);
}
