/** The typed client: `api.api.candidates.$get({ query })`, and `answer()` to read what came or throw the problem. */
import { type ClientResponse, hc } from 'hono/client';
import type { AppType } from './app.ts';
import type { ProblemDocument } from './contract/common.ts';

export type Api = ReturnType<typeof hc<AppType>>;

/** `origin`: empty in the browser. Sessions travel in a cookie; `apiKey` is for programs. */
export function client(
  origin = '',
  { apiKey, fetch }: { apiKey?: string; fetch?: typeof globalThis.fetch } = {},
): Api {
  return hc<AppType>(origin === '' && typeof location !== 'undefined' ? location.origin : origin, {
    ...(fetch ? { fetch } : {}),
    headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
  });
}

/** Thrown when the API answers with a problem; `document.detail` is a sentence to show. */
export class ApiProblem extends Error {
  readonly document: ProblemDocument;
  constructor(document: ProblemDocument) {
    super(document.detail);
    this.name = 'ApiProblem';
    this.document = document;
  }
  get code(): string {
    return this.document.code;
  }
  get status(): number {
    return this.document.status;
  }
}

const silent = (status: number): ProblemDocument => ({
  type: 'about:blank',
  title: 'No answer',
  status,
  code: 'no-answer',
  detail: 'The server did not answer. Check the connection and try again.',
});

/** The body of a successful answer (null for 204). @throws {ApiProblem} for anything else. */
export async function answer<T>(response: Promise<ClientResponse<T>>): Promise<T> {
  const given = await response.catch(() => {
    throw new ApiProblem(silent(0));
  });
  if (given.status === 204) return null as T;
  const read: unknown = await given.json().catch(() => null);
  if (given.ok && read !== null) return read as T;
  throw new ApiProblem(isProblem(read) ? read : silent(given.status));
}

const isProblem = (read: unknown): read is ProblemDocument =>
  typeof read === 'object' && read !== null && 'code' in read && 'detail' in read;
