/** Message templates. */
import { idParam, pageQuery } from '../contract/common.ts';
import {
  previewAnswer,
  previewRequest,
  templateBody,
  templatePage,
  templateSaved,
  templateSchema,
} from '../contract/templates.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Templates'];
const list = route({
  method: 'get',
  path: '/api/templates',
  role: 'viewer',
  tags,
  summary: 'Templates',
  request: { query: pageQuery },
  responses: answers(200, templatePage),
});
const create = route({
  method: 'post',
  path: '/api/templates',
  role: 'recruiter',
  tags,
  summary: 'Create a template',
  request: { body: body(templateBody) },
  responses: answers(201, templateSaved),
});
const read = route({
  method: 'get',
  path: '/api/templates/{id}',
  role: 'viewer',
  tags,
  summary: 'A template’s current version',
  request: { params: idParam },
  responses: answers(200, templateSchema),
});
const save = route({
  method: 'put',
  path: '/api/templates/{id}',
  role: 'recruiter',
  tags,
  summary: 'Save a new version',
  request: { params: idParam, body: body(templateBody) },
  responses: answers(200, templateSaved),
});
const preview = route({
  method: 'post',
  path: '/api/templates/preview',
  role: 'viewer',
  tags,
  summary: 'Render for a candidate without saving',
  request: { body: body(previewRequest) },
  responses: answers(200, previewAnswer),
});

export const templateRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(create, pending)
    .openapi(preview, pending)
    .openapi(read, pending)
    .openapi(save, pending);
