/** Where job boards and the email provider post to. No session: each request proves itself by its signature. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { hookAnswer } from '../contract/sources.ts';
import { type Deps, type Env, resource } from '../env.ts';
import type { HookRequest } from '../hooks/adapter.ts';
import { inboundStore } from '../hooks/inbound-store.ts';
import { sourceAdapters } from '../hooks/index.ts';
import type { KnownSources } from '../hooks/known-sources.ts';
import { type Door, largestHook, noteRefusal, receive } from '../hooks/receive.ts';
import { resend } from '../hooks/resend.ts';
import { Problem, problemOf } from '../problems.ts';
import { answers, problems, route } from '../route.ts';

const stored = {
  ...answers(202, hookAnswer, 'Stored.'),
  ...answers(200, hookAnswer, 'A repeat of what was stored before.'),
  ...problems(
    'bad-json',
    'bad-request',
    'bad-signature',
    'stale-signature',
    'unknown-source',
    'too-large',
    'not-an-object',
    'too-deep',
  ),
};
/** For the document only: the body is read raw and by itself, since its signature comes first. */
const requestBody = {
  required: true,
  description: 'A JSON object of at most 1 MiB, nested at most 100 levels deep.',
  content: { 'application/json': { schema: { type: 'object' } } },
} as const;

const provider = route({
  method: 'post',
  path: '/hooks/resend',
  role: 'anyone',
  tags: ['Webhooks'],
  summary: 'The email provider’s events (Svix signature)',
  description:
    'Signed by `svix-id`, `svix-timestamp` and `svix-signature`; a repeat is known by its `svix-id`.',
  requestBody,
  responses: stored,
});
const source = route({
  method: 'post',
  path: '/hooks/{sourceKey}',
  role: 'anyone',
  tags: ['Webhooks'],
  summary: 'A source’s events, signed with its secret',
  description:
    'Greenhouse signs by `Signature` (a repeat is known by `Greenhouse-Event-ID`, else by its body), a generic source by `webhook-id`, `webhook-timestamp` and `webhook-signature` as Standard Webhooks say (a repeat is known by `webhook-id`).',
  request: { params: z.object({ sourceKey: z.string().min(1).max(100) }) },
  requestBody,
  responses: stored,
});

/** The raw bytes, since that is what is signed. @throws {Problem} `too-large` before reading more than allowed. */
async function readRaw(c: Context<Env>): Promise<Buffer> {
  const announced = Number(c.req.header('content-length') ?? 0);
  if (announced > largestHook) throw new Problem('too-large');
  if (announced > 0) return Buffer.from(await c.req.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > largestHook) throw new Problem('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const requestOf = async (c: Context<Env>, now: number): Promise<HookRequest> => ({
  headers: c.req.raw.headers,
  raw: await readRaw(c),
  now,
});

export const hookRoutes = ({ db, clock, settings }: Deps, sources: KnownSources) => {
  const store = inboundStore(db);
  const take = async (c: Context<Env>, door: Door) => {
    const { id, fresh } = await receive(db, store, door, await requestOf(c, clock.now()));
    return fresh ? c.json({ eventId: id }, 202) : c.json({ eventId: id }, 200);
  };
  return resource()
    .openapi(provider, (c) => {
      const secret = settings.RESEND_WEBHOOK_SECRET;
      if (!secret) throw new Problem('unknown-source');
      return take(c, { adapter: resend, secret, sourceId: null });
    })
    .openapi(source, async (c) => {
      const known = await sources.find(c.req.valid('param').sourceKey);
      if (!known) throw new Problem('unknown-source');
      try {
        return await take(c, {
          adapter: sourceAdapters[known.kind],
          secret: known.secret,
          sourceId: known.id,
        });
      } catch (error) {
        const problem = problemOf(error);
        if (problem && problem.code !== 'unavailable')
          await noteRefusal(db, known.id, problem.code, clock.now());
        throw error;
      }
    });
};
