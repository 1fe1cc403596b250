/** `GET /healthz`: whether every part answers, and which one does not. */
import { workerIsAlive } from '../../db/queries/health.ts';
import { health } from '../contract/live.ts';
import { type Deps, resource } from '../env.ts';
import { answers, route } from '../route.ts';

const check = route({
  method: 'get',
  path: '/healthz',
  role: 'anyone',
  tags: ['Health'],
  summary: 'Whether every part answers',
  responses: { ...answers(200, health), ...answers(503, health, 'A part does not answer.') },
});

export const healthRoutes = ({ db, temporal }: Deps) =>
  resource().openapi(check, async (c) => {
    const [worker, temporalAnswers] = await Promise.all([
      workerIsAlive(db).catch(() => null),
      temporal().catch(() => false),
    ]);
    const word = (ok: boolean) => (ok ? ('ok' as const) : ('failing' as const));
    const parts = {
      api: word(true),
      database: word(worker !== null),
      temporal: word(temporalAnswers),
      worker: word(worker === true),
    };
    return Object.values(parts).every((part) => part === 'ok')
      ? c.json({ status: 'ok' as const, parts }, 200)
      : c.json({ status: 'failing' as const, parts }, 503);
  });
