/** Pure: the headers that a step may send along, written one a line: `X-Team: recruiting`. */

/** Ours to set, or what a secret is for. */
const reserved = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'idempotency-key',
]);
const secret = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

const line = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\t\x20-\x7e]*)$/;
const mostHeaders = 20;

/** Names and values, or why they cannot be sent, as half a sentence. */
export function readHeaders(text: string): { headers: [string, string][] } | { problem: string } {
  const headers: [string, string][] = [];
  for (const each of text.split(/\r?\n/)) {
    if (each.trim() === '') continue;
    const [, name, value = ''] = line.exec(each.trim()) ?? [];
    if (!name) return { problem: `write one on each line, such as “X-Team: recruiting”` };
    const key = name.toLowerCase();
    if (secret.has(key)) return { problem: `“${name}” is a secret; choose one under “Secret” instead` };
    if (reserved.has(key)) return { problem: `“${name}” is set by Tendril` };
    if (headers.some(([other]) => other.toLowerCase() === key))
      return { problem: `“${name}” stands there twice` };
    headers.push([name, value.trim()]);
  }
  return headers.length > mostHeaders ? { problem: `at most ${mostHeaders} can be sent` } : { headers };
}
