/** Message templates. */

import { readWorkspace } from '../../db/queries/accounts.ts';
import { loadFacts } from '../../db/queries/facts.ts';
import { createTemplate, listTemplates, readTemplate, saveTemplate } from '../../db/queries/templates.ts';
import { someone } from '../../engine/simulate/someone.ts';
import { renderMessage, unknownVariables, variablesOf } from '../../engine/templates/render.ts';
import { TemplateProblem } from '../../engine/templates/template-problem.ts';
import { idParam, pageQuery } from '../contract/common.ts';
import {
  previewAnswer,
  previewRequest,
  templateBody,
  templatePage,
  templateSaved,
  templateSchema,
} from '../contract/templates.ts';
import { byName, pageOf, readCursor, rfc } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, problems, route } from '../route.ts';

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
  responses: {
    ...answers(201, templateSaved),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
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
  responses: {
    ...answers(200, templateSaved),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
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

/** Runs what a template's own words may break. @throws {Problem} `invalid` with the sentence. */
function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw invalid({ path: error.variable ?? 'body', message: error.message });
  }
}

/** @throws {Problem} `invalid` for one that cannot be read or names a variable that does not exist. */
export function checkTemplate(template: { subject: string; body: string }): void {
  const unknown = readable(() => unknownVariables(template));
  if (unknown.length > 0)
    throw invalid(...unknown.map((path) => ({ path: 'body', message: `“${path}” does not exist` })));
}

const variables = (template: { subject: string; body: string }) => {
  try {
    return variablesOf(template).map(({ path, fallback }) => ({ path, fallback }));
  } catch {
    return [];
  }
};

export const templateRoutes = ({ db, clock, settings }: Deps) =>
  resource()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listTemplates(db, { limit: limit + 1, after: readCursor(cursor, byName) });
      const shown = ({ id, name, subject, version, updatedAt }: (typeof rows)[number]) => ({
        id,
        name,
        subject,
        version,
        updatedAt: rfc(updatedAt),
      });
      return c.json(
        pageOf(rows, limit, (row) => ({ key: row.nameKey, id: row.id }), shown),
        200,
      );
    })
    .openapi(create, async (c) => {
      const given = c.req.valid('json');
      checkTemplate(given);
      const saved = await createTemplate(db, given, actorOf(c).id, clock.now());
      if (saved === 'name-taken') throw new Problem('name-taken');
      return c.json(saved, 201);
    })
    .openapi(preview, async (c) => {
      const { subject, body: text, candidateId } = c.req.valid('json');
      const [facts] = candidateId
        ? await loadFacts(db, [{ candidateId, applicationId: null }])
        : [someone(await readWorkspace(db), clock.now())];
      const here = found(facts);
      const rendered = readable(() =>
        renderMessage({ subject, body: text }, { ...here, link: `${settings.publicUrl}/i/personal-link` }),
      );
      return c.json({ ...rendered, candidate: here.candidate.fullName }, 200);
    })
    .openapi(read, async (c) => {
      const {
        nameKey: _key,
        createdAt,
        updatedAt,
        ...template
      } = found(await readTemplate(db, c.req.valid('param').id));
      return c.json(
        { ...template, variables: variables(template), createdAt: rfc(createdAt), updatedAt: rfc(updatedAt) },
        200,
      );
    })
    .openapi(save, async (c) => {
      const given = c.req.valid('json');
      checkTemplate(given);
      const saved = found(await saveTemplate(db, c.req.valid('param').id, given, actorOf(c).id, clock.now()));
      if (saved === 'name-taken') throw new Problem('name-taken');
      return c.json(saved, 200);
    });
