/** How a route is declared: its shapes and, in the same place, the role that it needs. */
import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi';
import { allow } from './auth/allow.ts';
import { problemSchema, type Role } from './contract/common.ts';
import { problemTable } from './problems.ts';

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

/**
 * Declares a route. The role is checked before anything of the request is read, stands in the document as
 * `x-role`, and `test/api/roles.test.ts` walks the whole matrix. Answers that are problems are added to the
 * document but not to the type, since handlers throw them (`problems.ts`).
 */
export function route<P extends string, const R extends Declared<P>>(declared: R): Omit<R, 'role'> {
  const { role, ...rest } = declared;
  const refused =
    role === 'anyone'
      ? {}
      : { 401: problem(problemTable.unauthenticated.detail), 403: problem(problemTable.forbidden.detail) };
  return createRoute({
    ...rest,
    middleware: allow(role),
    security: role === 'anyone' ? [] : [{ session: [] }, { apiKey: [] }],
    responses: { ...refused, ...rest.responses, default: problem('Anything else is a problem document.') },
    'x-role': role,
  } as RouteConfig) as unknown as Omit<R, 'role'>;
}
