/** The typed client of the API: `read(api.candidates.$get(…))` is its body, or throws an `ApiProblem`. */
import { ApiProblem, answer, client } from '../../api/client.ts';

/** Called when the session has ended; the app shows the sign-in page. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

const watchedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.status === 401) onSignedOut();
  return response;
};

export const api = client('', { fetch: watchedFetch }).api;

/** The body of a successful answer. @throws {ApiProblem} */
export const read = answer;

/**
 * For what lies outside the typed client: better-auth's own routes and the demo.
 * @throws {ApiProblem} with the sentence that the server gave.
 */
export async function post(to: string, body: unknown = {}): Promise<void> {
  const response = await fetch(to, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }).catch(() => null);
  if (response?.ok) return;
  const said: unknown = await response?.json().catch(() => null);
  const sentence = (name: string): string | undefined =>
    typeof said === 'object' && said !== null && name in said
      ? String((said as Record<string, unknown>)[name])
      : undefined;
  throw new ApiProblem({
    type: 'about:blank',
    title: sentence('title') ?? '',
    status: response?.status ?? 0,
    code: sentence('code') ?? 'no-answer',
    detail:
      sentence('detail') ??
      sentence('message') ??
      'The server did not answer. Check the connection and try again.',
  });
}
