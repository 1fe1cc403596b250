/** Flows from the gallery and from files, flows into files, and copies. */
import { notifyLive } from '../../db/notify.ts';
import { duplicateFlow, readFlowFile, readReferences, takeFlow } from '../../db/queries/flow-files.ts';
import { needsOf } from '../../engine/flow/taking.ts';
import { created, idParam } from '../contract/common.ts';
import {
  duplicateRequest,
  fileNeeds,
  flowFileAnswer,
  gallery,
  givenFile,
  takeRequest,
} from '../contract/flow-files.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { readGallery } from '../gallery.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, problems, route } from '../route.ts';
import { checkTemplate } from './templates.ts';

const tags = ['Flows'];
const list = route({
  method: 'get',
  path: '/api/gallery',
  role: 'viewer',
  tags,
  summary:
    'Flows to begin with, each with its templates and scenarios; names stand where a workspace has ids',
  responses: answers(200, gallery),
});
const look = route({
  method: 'post',
  path: '/api/flow-files/needs',
  role: 'recruiter',
  tags,
  summary: 'What a flow file names, and what of it is here; nothing is written',
  request: { body: body(givenFile) },
  responses: answers(200, fileNeeds),
});
const take = route({
  method: 'post',
  path: '/api/flow-files',
  role: 'recruiter',
  tags,
  summary:
    'Take a flow file in as a draft; templates and pools that are missing are made, unless told otherwise',
  request: { body: body(takeRequest) },
  responses: {
    ...answers(201, created),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
});
const give = route({
  method: 'get',
  path: '/api/flows/{id}/file',
  role: 'viewer',
  tags,
  summary: 'The draft as a flow file: names instead of ids, and the templates that it sends',
  request: { params: idParam },
  responses: answers(200, flowFileAnswer),
});
const duplicate = route({
  method: 'post',
  path: '/api/flows/{id}/duplicate',
  role: 'recruiter',
  tags,
  summary: 'A new flow with the same draft',
  request: { params: idParam, body: body(duplicateRequest) },
  responses: answers(201, created),
});

export const flowFileRoutes = ({ db, clock }: Deps) => {
  const told = (id: string) => notifyLive(db, [{ topic: 'flow', id }]);
  return resource()
    .openapi(list, async (c) => c.json({ items: await readGallery() }, 200))
    .openapi(look, async (c) => {
      const { graph, templates } = c.req.valid('json');
      return c.json({ needs: needsOf(graph, templates, await readReferences(db)) }, 200);
    })
    .openapi(take, async (c) => {
      const { graph, templates, choices } = c.req.valid('json');
      templates.forEach(checkTemplate);
      const id = await takeFlow(db, { graph, templates, choices, by: actorOf(c).id, now: clock.now() });
      if (id === 'name-taken') throw new Problem('name-taken');
      told(id);
      return c.json({ id }, 201);
    })
    .openapi(give, async (c) => c.json(found(await readFlowFile(db, c.req.valid('param').id)), 200))
    .openapi(duplicate, async (c) => {
      const { name } = c.req.valid('json');
      const id = found(
        await duplicateFlow(db, c.req.valid('param').id, { name, by: actorOf(c).id, now: clock.now() }),
      );
      told(id);
      return c.json({ id }, 201);
    });
};
