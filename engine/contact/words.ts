/** Pure: why a message waits or was not sent, as a sentence: code → words. */

type Detail = Record<string, unknown>;

const sentences: Record<string, (detail: Detail) => string> = {
  held: () => 'Contact is held',
  cap({ most, days, lastAt, flow, at }) {
    const by = typeof flow === 'string' ? ` by “${flow}”` : '';
    const when = ago(lastAt, at);
    const limit = `at most ${many(most, 'message')} in ${many(days, 'day')}`;
    return `Contacted${when}${by}; ${limit}`;
  },
  hours: () => 'Outside the hours for sending',
  rival: ({ flow }) =>
    `Another message goes first${typeof flow === 'string' ? `, from “${flow}”` : ''}; no more than one may leave now`,
  holiday: ({ holiday }) => `${String(holiday ?? 'A holiday')} is a public holiday where the candidate lives`,
  stale: () => 'It would have come too late',
  'sender-gone': () => 'The sender in whose name it was to go out is gone',
};

/** `detail.flow`: who wrote before; `detail.at`: when it was decided (RFC 3339). Both may be absent. */
export const decisionInWords = (code: string, detail: Detail): string =>
  sentences[code]?.(detail) ?? 'Held back';

const many = (n: unknown, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

function ago(then: unknown, now: unknown): string {
  if (typeof then !== 'string' || typeof now !== 'string') return '';
  const hours = Math.floor((Date.parse(now) - Date.parse(then)) / 3_600_000);
  if (hours < 1) return ' just before';
  return hours < 24 ? ` ${many(hours, 'hour')} ago` : ` ${many(Math.floor(hours / 24), 'day')} ago`;
}
