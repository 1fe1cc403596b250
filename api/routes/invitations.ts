/**
 * `/i/{token}`: the page that an invitation's personal link opens. It changes nothing by itself, for mail programs
 * open links before people do; a consent is given or withdrawn by the click that posts.
 */
import { z } from '@hono/zod-openapi';
import { readWorkspace } from '../../db/queries/accounts.ts';
import { answerConsent, consentUntil, invitationBy } from '../../db/queries/invitations.ts';
import { type Deps, resource } from '../env.ts';
import { dayInWords, invitationTexts as t } from '../invitation-words.ts';
import { plainPage } from '../plain-page.ts';
import { route } from '../route.ts';

const params = z.object({ token: z.string().max(2000) });
const isToken = (token: string): boolean => /^[\w-]{1,200}$/.test(token);
const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });
const responses = { 200: page('A page in plain HTML.'), 404: page('This link belongs to no invitation.') };

const look = route({
  method: 'get',
  path: '/i/{token}',
  role: 'anyone',
  tags: ['Invitations'],
  summary: 'What the invitation is; changes nothing',
  request: { params },
  responses,
});
const answer = route({
  method: 'post',
  path: '/i/{token}',
  role: 'anyone',
  tags: ['Invitations'],
  summary: 'Give or withdraw consent with one click',
  request: { params },
  responses,
});

export const invitationRoutes = ({ db, clock }: Deps) => {
  const unknown = () => plainPage({ ...t.unknown, status: 404 });
  return resource()
    .openapi(look, async (c) => {
      const { token } = c.req.valid('param');
      const invitation = isToken(token) ? await invitationBy(db, token) : null;
      if (!invitation) return unknown();
      const { name } = await readWorkspace(db);
      if (invitation.kind !== 'consent') return plainPage(t[invitation.kind](name, invitation.details.name));
      const until = consentUntil(invitation, clock.now());
      return plainPage(t.consent(name, until === null ? null : dayInWords(until, invitation.timeZone)));
    })
    .openapi(answer, async (c) => {
      const { token } = c.req.valid('param');
      const form = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
      const state = form.answer;
      if (!isToken(token) || (state !== 'given' && state !== 'withdrawn')) return unknown();
      const answered = await answerConsent(db, token, state, clock.now());
      if (answered.outcome === 'unknown') return unknown();
      return plainPage(t.answered[state]);
    });
};
