/** First run, who am I, and the workspace. */

import { changeWorkspace, readWorkspace } from '../../db/queries/accounts.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { isOwnHost } from '../auth/known-host.ts';
import { meSchema, setupRequest, setupState, workspaceChange } from '../contract/accounts.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { invalid, Problem } from '../problems.ts';
import { answers, body, nothing, problems, route } from '../route.ts';

const state = route({
  method: 'get',
  path: '/api/setup',
  role: 'anyone',
  tags: ['Accounts'],
  summary: 'Whether the workspace still needs its owner',
  responses: answers(200, setupState),
});
const setUp = route({
  method: 'post',
  path: '/api/setup',
  role: 'anyone',
  tags: ['Accounts'],
  summary: 'Create the owner, once',
  request: { body: body(setupRequest) },
  responses: { ...answers(201, setupState), ...problems('already-set-up', 'unknown-host') },
});
const me = route({
  method: 'get',
  path: '/api/me',
  role: 'viewer',
  tags: ['Accounts'],
  summary: 'Who is asking',
  responses: answers(200, meSchema),
});
const workspace = route({
  method: 'patch',
  path: '/api/workspace',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Change the workspace',
  request: { body: body(workspaceChange) },
  responses: nothing,
});

function checkZone(timeZone: string | undefined): void {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw invalid({ path: 'timeZone', message: 'is not a time zone; write it like Europe/Lisbon' });
}

export const setupRoutes = ({ db, accounts, settings, clock }: Deps) =>
  resource()
    .openapi(state, async (c) => c.json({ needsOwner: await accounts.needsOwner() }, 200))
    .openapi(setUp, async (c) => {
      const { name, email, password, workspaceName, timeZone } = c.req.valid('json');
      checkZone(timeZone);
      // Whoever comes first becomes the owner, so a page elsewhere must not come by a name that leads here.
      if (!isOwnHost(c.req.url, settings.publicUrl)) throw new Problem('unknown-host');
      // Asked before the password is hashed, which costs a while.
      if (!(await accounts.needsOwner())) throw new Problem('already-set-up');
      const id = await accounts.createOwner({ name, email, password }, { name: workspaceName, timeZone });
      if (id === null) throw new Problem('already-set-up');
      return c.json({ needsOwner: false }, 201);
    })
    .openapi(me, async (c) => {
      const { id, name, email, role } = actorOf(c);
      return c.json({ id, name, email, role, workspace: await readWorkspace(db) }, 200);
    })
    .openapi(workspace, async (c) => {
      const change = c.req.valid('json');
      checkZone(change.timeZone);
      await changeWorkspace(db, change, clock.now());
      return c.body(null, 204);
    });
