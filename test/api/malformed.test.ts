import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemTable } from '../../api/problems.ts';
import { newId } from '../../db/id.ts';
import { drawn, liveFlow } from './flow-fixture.ts';
import { type ApiHarness, apiHarness, origin } from './harness.ts';
import {
  type Document,
  notJson,
  type Operation,
  oddQueries,
  oddSegments,
  sound,
  spoilt,
} from './malformed.ts';

let api: ApiHarness;
let document: Document;
let answersAsDescribed: (schema: object) => ValidateFunction;
/** What stands for properties and path parameters of these names. */
let known: Record<string, unknown>;
/** Ids that really exist, by the collection that a path begins with. */
let real: Record<string, string>;

beforeAll(async () => {
  api = await apiHarness({ signInsPerMinute: 100_000 });
  const post = async (path: string, body: unknown) => (await api.as('admin').post(path, body)).body.id;
  const candidates = await post('/api/candidates', { email: 'ana@example.com', firstName: 'Ana' });
  const pools = await post('/api/pools', { name: 'Silver medallists' });
  const pipelines = await post('/api/pipelines', {
    name: 'Hiring',
    stages: [{ name: 'New', kind: 'active' }],
  });
  const jobs = await post('/api/jobs', { title: 'Nurse' });
  const applications = await post(`/api/candidates/${candidates}/applications`, { jobId: jobs });
  const sources = await post('/api/sources', { kind: 'generic', name: 'Job board' });
  const { flow: flows, templateId: templates, versionId } = await liveFlow(api, 'Thanks');
  const at = new Date(api.clock.now());
  const [enrolments, messages, caught] = [newId(), newId(), newId()];
  const problem = { node: 'tag', visit: 1, code: 'pool-gone', detail: {} };
  await api.db
    .insertInto('enrolment')
    .values({
      id: enrolments,
      flow_id: flows,
      version_id: versionId,
      candidate_id: candidates,
      status: 'blocked',
      node_id: 'tag',
      state: JSON.stringify({ enteredAt: at.getTime(), visits: {}, wait: null, heard: [], problem }),
      seen_seq: 1,
      started_at: at,
    })
    .execute();
  const mail = {
    from_address: 'hello@tendril.example',
    to_address: 'ana@example.com',
    subject: 'Hi',
    html: '',
    text: 'Hi',
  };
  await api.db
    .insertInto('message')
    .values({
      id: messages,
      candidate_id: candidates,
      token: 'a-token',
      reply_to: 'reply@tendril.example',
      status: 'unknown',
      created_at: at,
      ...mail,
    })
    .execute();
  await api.db
    .insertInto('caught_mail')
    .values({
      id: caught,
      message_id: messages,
      idempotency_key: messages,
      position: 0,
      caught_at: at,
      ...mail,
    })
    .execute();
  const pipeline = (await api.as('viewer').get('/api/pipelines')).body.items.find(
    ({ id }: { id: string }) => id === pipelines,
  );
  real = {
    candidates,
    pools,
    jobs,
    applications,
    sources,
    flows,
    templates,
    enrolments,
    messages,
    'caught-mails': caught,
  };
  known = {
    candidateId: candidates,
    'candidateIds[]': candidates,
    poolId: pools,
    pipelineId: pipelines,
    stageId: pipeline.stages[0].id,
    jobId: jobs,
    applicationId: applications,
    flowId: flows,
    ownerId: null,
    country: 'PT',
    timeZone: 'Europe/Lisbon',
    after: 'P1D',
    type: 'custom.seen',
    number: '1',
    token: 'a-token',
  };
  document = (await api.nobody.get('/api/openapi.json')).body;
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'https://tendril.example/document', components: document.components });
  const compiled = new Map<object, ValidateFunction>();
  answersAsDescribed = (schema) => {
    const absolute = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/components', '"https://tendril.example/document#/components'),
    );
    const check = compiled.get(schema) ?? ajv.compile(absolute);
    compiled.set(schema, check);
    return check;
  };
});
afterAll(() => api.close());

interface Sent {
  method: string;
  path: string;
  operation: Operation;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** Null: answered as the document says. Otherwise what is wrong with the answer. */
async function fault({ method, path, operation, headers, body }: Sent): Promise<string | null> {
  const answer = await api.app.request(`${origin}${path}`, {
    method,
    body,
    headers: { ...api.keyOf('admin'), ...headers },
  });
  const told = `${method} ${path.slice(0, 150)} ${String(body ?? '').slice(0, 200)} → ${answer.status}`;
  const type = answer.headers.get('content-type')?.split(';')[0] ?? null;
  if (type === 'text/event-stream') return answer.body?.cancel().then(() => null) ?? null;
  const text = await answer.text();
  if (answer.status >= 500 && path !== '/healthz') return `${told} ${text.slice(0, 200)}`;
  if (type === 'application/problem+json') {
    const problem = JSON.parse(text);
    if (!(problem.code in problemTable) || problem.status !== answer.status) return `${told} no code of ours`;
    if (answer.status in operation.responses || [400, 404].includes(answer.status)) return null;
    return `${told} ${problem.code} is not in the document`;
  }
  const described = operation.responses[answer.status];
  if (!described) return `${told} is not in the document`;
  if (type === null || type === 'text/html') return null;
  const schema = described.content?.[type]?.schema;
  if (!schema) return `${told} ${type} is not in the document`;
  const check = answersAsDescribed(schema);
  return check(JSON.parse(text)) ? null : `${told} ${text.slice(0, 300)}: ${JSON.stringify(check.errors)}`;
}

/** Deleting comes last. */
const operations = (): { method: string; path: string; operation: Operation }[] =>
  Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

/** The path with things that exist. */
const filled = (path: string): string =>
  path
    .replace('{id}', real[path.split('/')[2] ?? ''] ?? '01936f00-0000-7000-8000-000000000000')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => String(known[name] ?? 'x'));

const json = { 'content-type': 'application/json' };

async function faults(sent: Iterable<Sent>): Promise<string[]> {
  const found: string[] = [];
  const queue = sent[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        const wrong = await fault(next.value);
        if (wrong) found.push(wrong);
      }
    }),
  );
  return found;
}

test('what is asked for soundly is answered as the document says', async () => {
  const reads = operations().filter(({ method }) => method === 'GET');
  expect(await faults(reads.map((one) => ({ ...one, path: filled(one.path) })))).toEqual([]);
});

test('no path or query, however odd, is a fault', async () => {
  function* all(): Generator<Sent> {
    for (const { method, path, operation } of operations()) {
      const whole = method === 'GET' ? {} : { headers: json, body: '{}' };
      for (const place of path.match(/\{\w+\}/g) ?? [])
        for (const segment of oddSegments)
          yield { method, path: filled(path.replace(place, segment)), operation, ...whole };
      for (const { name, in: where } of operation.parameters ?? [])
        for (const value of oddQueries) {
          if (where === 'query')
            yield { method, path: `${filled(path)}?${name}=${value}`, operation, ...whole };
          if (where === 'header')
            yield { method, path: filled(path), operation, ...whole, headers: { ...json, [name]: value } };
        }
    }
  }
  expect(await faults(all())).toEqual([]);
});

test('no body, however malformed, is a fault', async () => {
  function* all(): Generator<Sent> {
    for (const { method, path, operation } of operations()) {
      if (method === 'GET') continue;
      for (const { body, type } of notJson) {
        const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
        yield { method, path: filled(path), operation, body, headers };
      }
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (!schema) continue;
      const whole = path.endsWith('/draft')
        ? drawn('Thanks', real.templates ?? '')
        : sound(schema, known, document.components?.schemas);
      for (const worse of spoilt(whole))
        yield { method, path: filled(path), operation, body: JSON.stringify(worse), headers: json };
    }
  }
  expect(await faults(all())).toEqual([]);
}, 120_000);

test('a draft that was taken, however odd, can be looked at, run and published without a fault', async () => {
  const flow = (await api.as('recruiter').post('/api/flows', { name: 'Odd' })).body.id;
  const recruiter = api.as('recruiter');
  for (const graph of spoilt(drawn('Odd', real.templates ?? ''))) {
    const saved = await recruiter.put(`/api/flows/${flow}/draft`, graph);
    if (saved.status !== 200) continue;
    const told = JSON.stringify(graph).slice(0, 2000);
    for (const answer of [
      await recruiter.get(`/api/flows/${flow}/draft`),
      await recruiter.post(`/api/flows/${flow}/simulate`, {}),
      await recruiter.post(`/api/flows/${flow}/publish`, {}),
    ])
      expect([200, 422], told).toContain(answer.status);
  }
}, 120_000);
