/** The workspace's rules for contact: caps, hours, holidays. */
import { readContact, type StoredContactSettings, storeContact } from '../../db/queries/contact-settings.ts';
import { contactInWords } from '../../engine/contact/settings-words.ts';
import { contactChange, contactState } from '../contract/contact.ts';
import { ifMatch } from '../contract/flows.ts';
import { type Deps, resource } from '../env.ts';
import { Problem } from '../problems.ts';
import { revisionOf } from '../revision.ts';
import { answers, body, problems, route } from '../route.ts';

const tags = ['Workspace'];
const show = route({
  method: 'get',
  path: '/api/workspace/contact',
  role: 'viewer',
  tags,
  summary: 'How many mails someone may get, and when they may leave',
  responses: answers(200, contactState),
});
const change = route({
  method: 'put',
  path: '/api/workspace/contact',
  role: 'admin',
  tags,
  summary: 'Change the rules for contact; If-Match: the revision they were loaded with',
  request: { headers: ifMatch, body: body(contactChange) },
  responses: {
    ...answers(200, contactState),
    ...problems('settings-stale', 'idempotency-running', 'idempotency-reused'),
  },
});

const stateOf = ({ settings, ...stored }: StoredContactSettings) => ({
  ...settings,
  ...stored,
  inWords: contactInWords(settings),
});

export const contactSettingsRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(show, async (c) => c.json(stateOf(await readContact(db)), 200))
    .openapi(change, async (c) => {
      const revision = revisionOf(c.req.valid('header')['if-match']);
      if (!(await storeContact(db, c.req.valid('json'), revision, clock.now())))
        throw new Problem('settings-stale');
      return c.json(stateOf(await readContact(db)), 200);
    });
