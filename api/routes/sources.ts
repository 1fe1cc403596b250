/** Webhook sources. */

import { randomBytes } from 'node:crypto';
import { notifyLive } from '../../db/notify.ts';
import {
  changeSource,
  disableSource,
  insertSource,
  lastRequests,
  listSources,
  readSource,
  replaceSecret,
  type SourceRow,
} from '../../db/queries/sources.ts';
import { defaultMapping, type Mapping } from '../../engine/sources/mapping.ts';
import { idParam, pageQuery } from '../contract/common.ts';
import {
  newSource,
  sourceChange,
  sourceCreated,
  sourceDetail,
  sourcePage,
  sourceSecret,
} from '../contract/sources.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { type Deps, resource } from '../env.ts';
import { sourceAdapters } from '../hooks/index.ts';
import type { KnownSources } from '../hooks/known-sources.ts';
import { found, invalid } from '../problems.ts';
import { answers, body, nothing, route } from '../route.ts';

const tags = ['Sources'];
const list = route({
  method: 'get',
  path: '/api/sources',
  role: 'viewer',
  tags,
  summary: 'Webhook sources',
  request: { query: pageQuery },
  responses: answers(200, sourcePage),
});
const create = route({
  method: 'post',
  path: '/api/sources',
  role: 'admin',
  tags,
  summary: 'Create a source; its secret is shown this once',
  request: { body: body(newSource) },
  responses: answers(201, sourceCreated),
});
const read = route({
  method: 'get',
  path: '/api/sources/{id}',
  role: 'viewer',
  tags,
  summary: 'A source and its last requests',
  request: { params: idParam },
  responses: answers(200, sourceDetail),
});
const change = route({
  method: 'patch',
  path: '/api/sources/{id}',
  role: 'admin',
  tags,
  summary: 'Rename a source, or say where a generic one’s fields stand',
  request: { params: idParam, body: body(sourceChange) },
  responses: nothing,
});
const rotate = route({
  method: 'post',
  path: '/api/sources/{id}/secret',
  role: 'admin',
  tags,
  summary: 'Replace the secret; the new one is shown this once',
  request: { params: idParam },
  responses: answers(200, sourceSecret),
});
const remove = route({
  method: 'delete',
  path: '/api/sources/{id}',
  role: 'admin',
  tags,
  summary: 'Stop taking requests from a source',
  request: { params: idParam },
  responses: nothing,
});

/** Only a generic source's JSON is for its owner to explain. */
function checkMapping(kind: SourceRow['kind'], mapping: Mapping | undefined): void {
  if (mapping && kind !== 'generic')
    throw invalid({ path: 'mapping', message: 'is for generic sources; this kind’s fields are known' });
}

export const sourceRoutes = ({ db, clock, secrets, settings }: Deps, known: KnownSources) => {
  const urlOf = (key: string) => `${settings.publicUrl}/hooks/${key}`;
  const shown = ({ mapping: _paths, ...row }: SourceRow) => ({
    ...row,
    url: urlOf(row.key),
    createdAt: rfc(row.createdAt),
    lastReceivedAt: rfcOrNull(row.lastReceivedAt),
  });
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listSources(db, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.createdAt), id: row.id }), shown),
        200,
      );
    })
    .openapi(create, async (c) => {
      const { kind, name, mapping } = c.req.valid('json');
      checkMapping(kind, mapping);
      const key = randomBytes(18).toString('base64url');
      const secret = sourceAdapters[kind].newSecret();
      const id = await insertSource(db, {
        key,
        kind,
        name,
        mapping,
        secretSealed: secrets.seal(secret),
        now: clock.now(),
      });
      notifyLive(db, [{ topic: 'source', id }]);
      return c.json({ id, key, secret, url: urlOf(key) }, 201);
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const row = found(await readSource(db, id));
      const requests = await lastRequests(db, id);
      return c.json(
        {
          ...shown(row),
          mapping: row.kind === 'generic' ? { ...defaultMapping, ...row.mapping } : null,
          requests: requests.map((request) => ({ ...request, at: rfc(request.at) })),
        },
        200,
      );
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const given = c.req.valid('json');
      checkMapping(found(await readSource(db, id)).kind, given.mapping);
      found((await changeSource(db, id, given)) || null);
      notifyLive(db, [{ topic: 'source', id }]);
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const { id } = c.req.valid('param');
      const { kind } = found(await readSource(db, id));
      const secret = sourceAdapters[kind].newSecret();
      found((await replaceSecret(db, id, secrets.seal(secret))) || null);
      known.forget();
      notifyLive(db, [{ topic: 'source', id }]);
      return c.json({ secret }, 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      found((await disableSource(db, id, clock.now())) || null);
      known.forget();
      notifyLive(db, [{ topic: 'source', id }]);
      return c.body(null, 204);
    });
};
