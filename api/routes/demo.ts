/** Fills an empty workspace with believable people, where the demo is installed. */
import { anyCandidate } from '../../db/queries/candidate-list.ts';
import { type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { route } from '../route.ts';

const fill = route({
  method: 'post',
  path: '/api/demo',
  role: 'admin',
  tags: ['Demo'],
  summary: 'Fill an empty workspace with demo data',
  responses: { 202: { description: 'Started.' } },
});

export const demoRoutes = ({ db, demo }: Deps) =>
  resource().openapi(fill, async (c) => {
    const here = found(demo);
    if (await anyCandidate(db)) throw new Problem('not-empty');
    if (!here.start()) throw new Problem('demo-running');
    return c.body(null, 202);
  });
