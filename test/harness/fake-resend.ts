/**
 * A strict stand-in for Resend's HTTP API on loopback. It enforces what the provider documents: keys, limits,
 * idempotency, the rate, and signed webhooks; the real SDK talks to it through RESEND_BASE_URL.
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface AcceptedMail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  html?: string;
  text?: string;
  reply_to?: string | string[];
  headers?: Record<string, string>;
  tags?: { name: string; value: string }[];
}

/** What the next request meets instead of, or after, being handled. */
export type Mishap =
  /** The connection is cut before anything was taken. */
  | 'cut-before'
  /** Taken, but the answer never arrives. */
  | 'cut-after'
  /** Taken, and answered 500. */
  | 'error-after'
  | { status: number; name: string; message: string; headers?: Record<string, string> };

export interface FakeResend {
  url: string;
  apiKey: string;
  webhookSecret: string;
  /** Every mail that was taken, once an idempotency key. */
  mails: AcceptedMail[];
  requests: { path: string; key: string | null; size: number; status: number }[];
  /** Milliseconds since 1970; the fake's own clock, which forgets keys after 24 h. */
  clock: { now(): number };
  mishaps: Mishap[];
  /** Of a hundred requests so many meet a random mishap. */
  trouble: number;
  /** Draws the random mishaps: from 0 up to, not including, 1. */
  draw(): number;
  /** Requests a second; null: no limit. */
  rate: number | null;
  /** Signs and posts a webhook to `target`. Answers the status. */
  webhook(
    target: string,
    type: string,
    data: Record<string, unknown>,
    options?: { id?: string; secret?: string; at?: number },
  ): Promise<number>;
  /** A mail that a candidate sent to us; answers its id, to be fetched from `/emails/receiving/{id}`. */
  receive(mail: {
    from: string;
    to: string[];
    subject: string;
    text: string;
    headers?: Record<string, string>;
  }): string;
  stop(): Promise<void>;
}

const dayMs = 86_400_000;
const fields = new Set([
  'from',
  'to',
  'subject',
  'html',
  'text',
  'cc',
  'bcc',
  'reply_to',
  'headers',
  'tags',
  'scheduled_at',
  'attachments',
  'topic_id',
  'template',
]);
const wordOnly = /^[A-Za-z0-9_-]{1,256}$/;
const address = /^(?:[^<>@]+ <)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function fakeResend({
  rate = null,
  now = () => Date.now(),
}: {
  rate?: number | null;
  now?: () => number;
} = {}): Promise<FakeResend> {
  const apiKey = `re_${randomBytes(12).toString('hex')}`;
  const secretBytes = randomBytes(24);
  const known = new Map<string, { hash: string; at: number; body: string }>();
  const running = new Set<string>();
  const received = new Map<string, Record<string, unknown>>();
  let recent: number[] = [];

  const fake: Omit<FakeResend, 'url' | 'stop'> = {
    apiKey,
    webhookSecret: `whsec_${secretBytes.toString('base64')}`,
    mails: [],
    requests: [],
    clock: { now },
    mishaps: [],
    trouble: 0,
    draw: Math.random,
    rate,
    async webhook(target, type, data, { id = `msg_${randomUUID()}`, secret, at } = {}) {
      const body = JSON.stringify({ type, created_at: new Date(at ?? now()).toISOString(), data });
      const timestamp = String(Math.floor((at ?? now()) / 1000));
      const key = secret ? Buffer.from(secret.replace('whsec_', ''), 'base64') : secretBytes;
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const answer = await fetch(target, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'svix-id': id,
          'svix-timestamp': timestamp,
          'svix-signature': `v1,${signature}`,
        },
      });
      return answer.status;
    },
    receive(mail) {
      const id = randomUUID();
      received.set(id, {
        object: 'email',
        id,
        to: mail.to,
        from: mail.from,
        created_at: new Date(now()).toISOString(),
        subject: mail.subject,
        bcc: null,
        cc: null,
        reply_to: null,
        received_for: mail.to,
        html: null,
        text: mail.text,
        headers: mail.headers ?? {},
        message_id: `<${id}@mail.example>`,
        attachments: [],
      });
      return id;
    },
  };

  function overRate(): boolean {
    if (fake.rate === null) return false;
    const at = Date.now();
    recent = recent.filter((one) => at - one < 1000);
    if (recent.length >= fake.rate) return true;
    recent.push(at);
    return false;
  }

  function take(raw: Buffer, path: string, key: string | null): string {
    if (key !== null && (key.length < 1 || key.length > 256))
      throw new Refusal(
        400,
        'invalid_idempotency_key',
        'The idempotency key must be between 1 and 256 characters.',
      );
    const hash = createHash('sha256').update(path).update(raw).digest('hex');
    const before = key === null ? undefined : known.get(key);
    if (before && now() - before.at < dayMs) {
      if (before.hash !== hash)
        throw new Refusal(
          409,
          'invalid_idempotent_request',
          'Same idempotency key used with a different request payload.',
        );
      return before.body;
    }
    const given: unknown = JSON.parse(raw.toString('utf8'));
    const batch = path === '/emails/batch';
    const list = batch ? given : [given];
    if (!Array.isArray(list) || list.length === 0 || list.length > 100)
      throw new Refusal(422, 'validation_error', 'A batch holds between 1 and 100 emails.');
    const mails = list.map((mail) => checked(mail, batch)).map((mail) => ({ ...mail, id: randomUUID() }));
    fake.mails.push(...mails);
    const ids = mails.map(({ id }) => ({ id }));
    const body = JSON.stringify(batch ? { data: ids } : ids[0]);
    if (key !== null) known.set(key, { hash, at: now(), body });
    return body;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const header = request.headers['idempotency-key'];
    const key = typeof header === 'string' ? header : null;
    const answer = (status: number, body: string, headers: Record<string, string> = {}) => {
      fake.requests.push({ path, key, size: raw.length, status });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body);
    };
    const mishap = fake.mishaps.shift() ?? randomMishap(fake);
    if (mishap === 'cut-before') {
      fake.requests.push({ path, key, size: raw.length, status: 0 });
      request.socket.destroy();
      return;
    }
    try {
      if (request.headers.authorization !== `Bearer ${apiKey}`)
        throw new Refusal(401, 'invalid_api_key', 'API key is invalid.');
      if (mishap !== null && typeof mishap === 'object') {
        answer(
          mishap.status,
          JSON.stringify({ statusCode: mishap.status, name: mishap.name, message: mishap.message }),
          mishap.headers,
        );
        return;
      }
      if (overRate()) {
        answer(
          429,
          JSON.stringify({
            statusCode: 429,
            name: 'rate_limit_exceeded',
            message: `Too many requests. You can only make ${fake.rate} requests per second.`,
          }),
          {
            'retry-after': '1',
            'ratelimit-limit': String(fake.rate),
            'ratelimit-remaining': '0',
            'ratelimit-reset': '1',
          },
        );
        return;
      }
      if (request.method === 'GET' && path.startsWith('/emails/receiving/')) {
        const mail = received.get(path.slice('/emails/receiving/'.length));
        if (!mail) throw new Refusal(404, 'not_found', 'Email not found.');
        answer(200, JSON.stringify(mail));
        return;
      }
      if (request.method !== 'POST' || (path !== '/emails' && path !== '/emails/batch'))
        throw new Refusal(404, 'not_found', 'The requested endpoint does not exist.');
      if (raw.length > 40 * 1024 * 1024)
        throw new Refusal(413, 'validation_error', 'The email is larger than 40 MB.');
      if (key !== null && running.has(key))
        throw new Refusal(
          409,
          'concurrent_idempotent_requests',
          'Same idempotency key used while the original request is still in progress.',
        );
      if (key !== null) running.add(key);
      const body = take(raw, path, key);
      if (mishap === 'cut-after') {
        fake.requests.push({ path, key, size: raw.length, status: 0 });
        request.socket.destroy();
        return;
      }
      if (mishap === 'error-after') {
        answer(
          500,
          JSON.stringify({
            statusCode: 500,
            name: 'internal_server_error',
            message: 'An unexpected error occurred.',
          }),
        );
        return;
      }
      answer(200, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer(
        error.status,
        JSON.stringify({ statusCode: error.status, name: error.code, message: error.message }),
      );
    } finally {
      if (key !== null) running.delete(key);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function randomMishap({ trouble, draw }: Pick<FakeResend, 'trouble' | 'draw'>): Mishap | null {
  if (draw() * 100 >= trouble) return null;
  const all: Mishap[] = ['cut-before', 'cut-after', 'error-after'];
  return all[Math.floor(draw() * all.length)] ?? null;
}

function checked(value: unknown, batch: boolean): Omit<AcceptedMail, 'id'> {
  const invalid = (message: string) => new Refusal(422, 'validation_error', message);
  if (typeof value !== 'object' || value === null) throw invalid('An email must be an object.');
  const mail = value as Record<string, unknown>;
  for (const field of Object.keys(mail)) if (!fields.has(field)) throw invalid(`Unknown field \`${field}\`.`);
  if (batch && (mail.attachments !== undefined || mail.scheduled_at !== undefined))
    throw invalid('A batch takes neither `attachments` nor `scheduled_at`.');
  if (typeof mail.from !== 'string' || !address.test(mail.from)) throw invalid('Invalid `from` field.');
  const to = typeof mail.to === 'string' ? [mail.to] : mail.to;
  if (!Array.isArray(to) || to.length === 0 || to.length > 50)
    throw invalid('The `to` field takes between 1 and 50 addresses.');
  for (const one of to)
    if (typeof one !== 'string' || !address.test(one)) throw invalid('Invalid `to` field.');
  if (typeof mail.subject !== 'string' || mail.subject === '') throw invalid('Missing `subject` field.');
  if (typeof mail.html !== 'string' && typeof mail.text !== 'string')
    throw invalid('Missing `html` or `text` field.');
  if (mail.tags !== undefined) {
    if (!Array.isArray(mail.tags)) throw invalid('`tags` must be a list.');
    for (const tag of mail.tags as { name?: unknown; value?: unknown }[]) {
      if (
        typeof tag.name !== 'string' ||
        typeof tag.value !== 'string' ||
        !wordOnly.test(tag.name) ||
        !wordOnly.test(tag.value)
      )
        throw invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.');
    }
  }
  return { ...(mail as unknown as AcceptedMail), to: to as string[] };
}
