/** Demo data for an empty workspace. */
import { type Holding, isBeingFilled, whatIsThere } from '../../db/queries/demo.ts';
import { demoRequest, demoStarted, demoState } from '../contract/demo.ts';
import { type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, problems, route } from '../route.ts';

const look = route({
  method: 'get',
  path: '/api/demo',
  role: 'viewer',
  tags: ['Demo'],
  summary: 'Whether the workspace is empty, being filled, or filled',
  responses: answers(200, demoState),
});
const fill = route({
  method: 'post',
  path: '/api/demo',
  role: 'admin',
  tags: ['Demo'],
  summary: 'Fill the empty workspace with people, jobs and flows that have a past',
  request: { body: { content: { 'application/json': { schema: demoRequest } } } },
  responses: {
    ...answers(202, demoStarted, 'Started; it takes less than a minute.'),
    ...problems('not-empty', 'demo-running', 'idempotency-running', 'idempotency-reused'),
  },
});

const has: Record<Holding, string> = {
  candidates: 'candidates',
  flows: 'flows',
  pools: 'talent pools',
  templates: 'templates',
};

export const demoRoutes = ({ db, demo }: Deps) =>
  resource()
    .openapi(look, async (c) => {
      const holding = await whatIsThere(db);
      if (demo?.running() || (await isBeingFilled(db)))
        return c.json(
          { state: 'running' as const, message: demo?.line() || 'Demo data is being made.' },
          200,
        );
      if (holding)
        return c.json({ state: 'filled' as const, message: `The workspace has ${has[holding]}.` }, 200);
      const failure = demo?.failure();
      if (failure) return c.json({ state: 'failed' as const, message: failure }, 200);
      return c.json({ state: 'empty' as const, message: 'The workspace is empty.' }, 200);
    })
    .openapi(fill, async (c) => {
      const here = found(demo);
      const holding = await whatIsThere(db);
      if (holding)
        throw new Problem('not-empty', {
          detail: `The workspace already has ${has[holding]}. Demo data only goes into an empty one.`,
        });
      if ((await isBeingFilled(db)) || !here.start()) throw new Problem('demo-running');
      return c.json({ started: true as const }, 202);
    });
