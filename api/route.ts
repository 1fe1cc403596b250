/** How a route is declared: its shapes and, in the same place, the role that it needs. */
import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi';
import { allow } from './auth/allow.ts';
import { problemSchema, type Role } from './contract/common.ts';
import { type ProblemCode, problemTable } from './problems.ts';

/** `anyone` needs no account; the route then checks what it needs by itself (a signature, a token). */
export type Needs = Role | 'anyone';

type Declared<P extends string> = Omit<RouteConfig, 'path' | 'middleware'> & { path: P; role: Needs };

/** Answers with `status` and this body. */
export const answers = <S extends number, T extends z.ZodType>(status: S, schema: T, description = 'Done.') =>
  ({ [status]: { description, content: { 'application/json': { schema } } } }) as {
    [K in S]: { description: string; content: { 'application/json': { schema: T } } };
  };

export const nothing = { 204: { description: 'Done; no body.' } };

/** A required JSON body. */
export const body = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true as const,
});

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** The problems that a route's own shape brings with it, by status. */
function problemsOf({ method, role, request }: Pick<RouteConfig, 'method' | 'request'> & { role: Needs }) {
  const writes = method !== 'get';
  const told = (codes: ProblemCode[]) =>
    problem(codes.map((code) => `\`${code}\`: ${problemTable[code].detail}`).join(' '));
  return {
    ...(request?.query ? { 400: told(['bad-cursor', 'bad-request']), 422: told(['invalid']) } : {}),
    ...(writes ? { 413: told(['too-large']), 422: told(['too-deep']) } : {}),
    ...(request?.body
      ? {
          400: told(['bad-json', 'bad-request']),
          415: told(['not-json-type']),
          422: told(['invalid', 'too-deep']),
        }
      : {}),
    ...(role === 'anyone' ? {} : { 401: told(['unauthenticated']), 403: told(['forbidden', 'cross-site']) }),
    ...(request?.params ? { 404: told(['not-found']) } : {}),
    ...(writes && role !== 'anyone' ? { 409: told(['idempotency-running', 'idempotency-reused']) } : {}),
  };
}

/** What a handler throws besides, in the document: `...problems('not-live', …)`. Not in the type: answers are returned. */
export const problems = (...codes: ProblemCode[]): Record<never, never> =>
  Object.fromEntries(
    [...new Set(codes.map((code) => problemTable[code].status))].map((status) => [
      status,
      problem(
        codes
          .filter((code) => problemTable[code].status === status)
          .map((code) => `\`${code}\`: ${problemTable[code].detail}`)
          .join(' '),
      ),
    ]),
  );

/** No body, or one of these problems. A type of its own: spread in place, the 204 gets lost to the typed client. */
export const nothingOr = (...codes: ProblemCode[]): typeof nothing => ({ ...nothing, ...problems(...codes) });

/** Where every write of an account names the header that makes it happen once. */
export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Any text of at most 256 characters. The same request again within 24 hours gets the first one’s answer.',
  schema: { type: 'string', maxLength: 256 },
} as const;

/** The library finds no answer without a body among read-only ones, and such a route would be missing from the client. */
type Routed<R extends { responses: object }> = Omit<R, 'role' | 'responses'> & {
  responses: { -readonly [S in keyof R['responses']]: R['responses'][S] };
};

/**
 * Declares a route. The role is checked before anything of the request is read, stands in the document as
 * `x-role`, and `test/api/roles.test.ts` walks the whole matrix. Answers that are problems are added to the
 * document but not to the type, since handlers throw them (`problems.ts`).
 */
export function route<P extends string, const R extends Declared<P>>(declared: R): Routed<R> {
  const { role, ...rest } = declared;
  const once = role !== 'anyone' && rest.method !== 'get';
  return createRoute({
    ...rest,
    ...(once ? { parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }] } : {}),
    middleware: allow(role),
    security: role === 'anyone' ? [] : [{ session: [] }, { apiKey: [] }],
    responses: {
      ...problemsOf({ method: rest.method, request: rest.request, role }),
      ...rest.responses,
      default: problem('Anything else is a problem document.'),
    },
    'x-role': role,
  } as unknown as RouteConfig) as unknown as Routed<R>;
}
