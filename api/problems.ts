/** Every problem the API answers with, as an RFC 9457 document: code → status, title, sentence. */
import { HTTPException } from 'hono/http-exception';
import type { Problem as FlowProblem } from '../engine/flow/problems.ts';
import type { ProblemDocument } from './contract/common.ts';

interface ProblemKind {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  title: string;
  detail: string;
}

export const problemTable = {
  'bad-json': { status: 400, title: 'Not JSON', detail: 'The request’s body is not valid JSON.' },
  'too-deep': {
    status: 422,
    title: 'Nested too deep',
    detail: 'The request’s body is nested deeper than 100 levels.',
  },
  'cohort-too-slow': {
    status: 422,
    title: 'Takes too long',
    detail: 'Finding out whom this means takes too long. Choose a pool, or ask less of them.',
  },
  'bad-cursor': {
    status: 400,
    title: 'Unknown cursor',
    detail: 'This cursor does not belong to this list. Start again without it.',
  },
  'bad-request': { status: 400, title: 'Bad request', detail: 'The request could not be understood.' },
  unauthenticated: { status: 401, title: 'Not signed in', detail: 'Sign in, or send an API key.' },
  'wrong-credentials': {
    status: 401,
    title: 'Wrong address or password',
    detail: 'The email address or the password is wrong.',
  },
  'bad-signature': {
    status: 401,
    title: 'Signature does not match',
    detail: 'The signature is missing or was not made with this source’s secret.',
  },
  'stale-signature': {
    status: 401,
    title: 'Too old',
    detail: 'The signature’s time is more than five minutes away from ours.',
  },
  forbidden: { status: 403, title: 'Not allowed', detail: 'Your role does not allow this.' },
  'cross-site': {
    status: 403,
    title: 'Another site',
    detail: 'A request with a session cookie must come from Tendril’s own pages.',
  },
  'unknown-host': {
    status: 403,
    title: 'Unknown name',
    detail:
      'A new workspace is set up at http://localhost or at the address in PUBLIC_URL. OWNER_EMAIL and OWNER_PASSWORD do it without a browser.',
  },
  'not-found': { status: 404, title: 'Not found', detail: 'There is nothing here, or not any more.' },
  'unknown-source': { status: 404, title: 'Unknown source', detail: 'No webhook source has this address.' },
  'already-set-up': {
    status: 409,
    title: 'Already set up',
    detail: 'This workspace has an owner. Ask for an account or sign in.',
  },
  'email-taken': {
    status: 409,
    title: 'Address in use',
    detail: 'Another candidate already has this email address.',
  },
  'account-exists': {
    status: 409,
    title: 'Account exists',
    detail: 'Someone with this email address already has an account.',
  },
  'name-taken': { status: 409, title: 'Name in use', detail: 'Something else already has this name.' },
  'pool-archived': {
    status: 409,
    title: 'In the archive',
    detail: 'This pool is in the archive. Take it out of there first.',
  },
  'pool-by-condition': {
    status: 409,
    title: 'Kept by a condition',
    detail: 'A condition chooses who is in this pool. Change the condition, or choose its members by hand.',
  },
  'last-admin': { status: 409, title: 'Last admin', detail: 'The workspace needs at least one admin.' },
  'draft-stale': {
    status: 409,
    title: 'Changed meanwhile',
    detail: 'Someone saved this flow after you loaded it.',
  },
  'settings-stale': {
    status: 409,
    title: 'Changed meanwhile',
    detail:
      'Someone else saved these settings after you loaded them. Load them again to see what they say now.',
  },
  'not-live': { status: 409, title: 'Not live', detail: 'Publish the flow first.' },
  'needs-decision': {
    status: 409,
    title: 'Needs a decision',
    detail: 'A flow waits for this. Approve or decline it.',
  },
  'nothing-to-decide': {
    status: 409,
    title: 'Nothing to decide',
    detail: 'This is a task, not a question. Mark it as done.',
  },
  'too-late': {
    status: 409,
    title: 'Too late',
    detail: 'The flow has gone on without an answer, so nothing was decided.',
  },
  'still-live': {
    status: 409,
    title: 'Still live',
    detail: 'Pause the flow before you archive it.',
  },
  'not-paused': { status: 409, title: 'Not paused', detail: 'The flow is not paused.' },
  'not-blocked': { status: 409, title: 'Not blocked', detail: 'This enrolment does not wait for a repair.' },
  'not-open': { status: 409, title: 'Already over', detail: 'This enrolment has already ended.' },
  'nothing-to-skip': {
    status: 409,
    title: 'Nothing to skip',
    detail: 'This enrolment stands at no wait and no failed step that could be left out.',
  },
  'no-such-step': {
    status: 409,
    title: 'No such step',
    detail: 'The version that this enrolment is in has no such step.',
  },
  'not-running': { status: 409, title: 'Not running', detail: 'This has come to its end already.' },
  'not-undoable': {
    status: 409,
    title: 'Cannot be undone',
    detail: 'Only a move to another version can be taken back, once.',
  },
  'not-held': {
    status: 409,
    title: 'Not on hold',
    detail: 'This message is not held, or not any more.',
  },
  'not-unknown': {
    status: 409,
    title: 'Already settled',
    detail: 'It is already known what became of this message.',
  },
  'not-empty': {
    status: 409,
    title: 'Not empty',
    detail: 'Demo data only goes into an empty workspace.',
  },
  'demo-running': { status: 409, title: 'Already running', detail: 'Demo data is being made already.' },
  merged: { status: 409, title: 'Merged', detail: 'This candidate was merged into another one.' },
  'idempotency-reused': {
    status: 409,
    title: 'Key in use',
    detail: 'This Idempotency-Key was used for another request.',
  },
  'idempotency-running': {
    status: 409,
    title: 'Still running',
    detail: 'The first request with this Idempotency-Key is still running. Try again shortly.',
  },
  'too-large': { status: 413, title: 'Too large', detail: 'The request is larger than allowed.' },
  'not-json-type': { status: 415, title: 'Not JSON', detail: 'Send the body as application/json.' },
  invalid: { status: 422, title: 'Not valid', detail: 'Some of what was sent is not valid.' },
  'not-an-object': { status: 422, title: 'Not an object', detail: 'The body must be a JSON object.' },
  'flow-problems': {
    status: 422,
    title: 'Not ready',
    detail: 'The flow has problems that must be solved first.',
  },
  'scenarios-red': {
    status: 422,
    title: 'A scenario is red',
    detail:
      'The flow does not do what one of its scenarios expects. Mend it, or say why it may go live anyway.',
  },
  'too-many': {
    status: 429,
    title: 'Too many attempts',
    detail: 'Too many attempts. Wait a minute and try again.',
  },
  unexpected: {
    status: 500,
    title: 'Something went wrong',
    detail: 'Something went wrong on our side. It has been logged.',
  },
  unavailable: {
    status: 503,
    title: 'Database not reachable',
    detail: 'The database does not answer at the moment. Try again shortly.',
  },
} satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemTable;

export interface InputError {
  path: string;
  message: string;
}

/** Thrown by routes for what the caller can do something about; becomes a problem document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** Further members of the document, such as `errors` or the id that stands in the way. */
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;
  constructor(
    code: ProblemCode,
    members: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(problemTable[code].detail);
    this.name = 'Problem';
    this.code = code;
    this.members = members;
    this.headers = headers;
  }
}

/** Input that reads well but cannot be, for example an unknown time zone. */
export const invalid = (...errors: InputError[]) => new Problem('invalid', { errors });

/** A draft that cannot be published: each problem, and where in the graph it is. */
export const flowProblems = (problems: readonly FlowProblem[]) =>
  new Problem('flow-problems', {
    problems,
    errors: problems.map(({ node, field, message }) => ({
      path: [node, field].filter(Boolean).join('.'),
      message,
    })),
  });

/** What a query answered, or a 404. */
export function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Problem('not-found');
  return value;
}

export function problemDocument(code: ProblemCode, members: Record<string, unknown> = {}): ProblemDocument {
  const { status, title, detail } = problemTable[code];
  return { type: `urn:tendril:problem:${code}`, title, status, code, detail, ...members };
}

/** The answer itself; `content-type: application/problem+json`. */
export function problemResponse(
  code: ProblemCode,
  members: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(problemDocument(code, members)), {
    status: problemTable[code].status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);
/** What Postgres refuses to read came from the request: texts, dates and numbers that it cannot hold, JSON too deep for it. */
const unreadable = new Set(['22P02', '22021', '22P05', '22007', '22008', '22003', '22001', '54000', '54001']);
const lostConnection =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|not currently accepting connections|connection is closed/i;

const fieldOf = (error: object, name: string): unknown =>
  name in error ? Reflect.get(error, name) : undefined;

export interface Told {
  code: ProblemCode;
  members: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Whatever a handler threw → what to answer. Null: nothing we know, a fault of ours. */
export function problemOf(error: unknown): Told | null {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return { code: codeOfStatus(error.status), members: {} };
  if (typeof error !== 'object' || error === null) return null;
  const code = fieldOf(error, 'code');
  if (typeof code === 'string') {
    if (unreachable.has(code) || code.startsWith('08') || code.startsWith('57P') || code === '53300')
      return { code: 'unavailable', members: {} };
    if (unreadable.has(code)) return { code: 'bad-request', members: {} };
    if (code === '23503') return { code: 'not-found', members: {} };
  }
  const message = fieldOf(error, 'message');
  return typeof message === 'string' && lostConnection.test(message)
    ? { code: 'unavailable', members: {} }
    : null;
}

function codeOfStatus(status: number): ProblemCode {
  if (status === 400) return 'bad-json';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 413) return 'too-large';
  if (status === 415) return 'not-json-type';
  if (status === 429) return 'too-many';
  return status >= 500 ? 'unexpected' : 'bad-request';
}
