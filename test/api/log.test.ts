import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { apiHarness, origin } from './harness.ts';

test('the log names routes, ids and codes, and nobody: not in paths, queries, bodies, refusals or faults', async () => {
  const lines: string[] = [];
  const api = await apiHarness({ heard: (line) => lines.push(line) });
  const printed: unknown[] = [];
  const [error, warn] = [console.error, console.warn];
  console.error = (...said) => printed.push(said);
  console.warn = (...said) => printed.push(said);
  try {
    const recruiter = api.as('recruiter');
    const person = { email: 'zuzana.nemcova@example.com', firstName: 'Zuzana', phone: '+420 601 123 456' };
    const { id } = (await recruiter.post('/api/candidates', person)).body;
    await recruiter.post('/api/candidates', person);
    await recruiter.post('/api/candidates', { ...person, email: 'zuzana' });
    await recruiter.post('/api/candidates', {
      ...person,
      email: 'nemcova@example.com',
      headline: 'Zuzana\u0000',
    });
    await recruiter.get('/api/candidates?q=Zuzana');
    await recruiter.post(`/api/candidates/${id}/notes`, { body: 'Zuzana likes Brno.' });
    await api.as('admin').delete('/api/suppressions/zuzana.nemcova@example.com');
    await api.nobody.get('/u/zuzana-token');
    await api.nobody.get('/zuzana/nemcova');
    const sign = { email: person.email, password: 'brno-1981-secret' };
    await api.send('POST', '/api/auth/sign-in/email', sign, { origin });
    await api.send('POST', '/api/auth/sign-in/email', { ...sign, password: 'brno\u0000' }, { origin });
    const { secret, url } = (await api.as('admin').post('/api/sources', { kind: 'greenhouse', name: 'G' }))
      .body;
    const body = JSON.stringify({ action: 'ping', payload: { name: 'Zuzana' } });
    const signature = `sha256 ${createHmac('sha256', secret).update(body).digest('hex')}`;
    await api.send('POST', new URL(url).pathname, body, { signature });
    await api.send('POST', new URL(url).pathname, `${body} `, { signature });
    // A fault of ours, whose message quotes the row.
    await api.db.schema.alterTable('candidate').renameColumn('headline', 'tagline').execute();
    const broken = await recruiter.post('/api/candidates', { ...person, email: 'other.nemcova@example.com' });
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken.body)).not.toMatch(/headline|column|zuzana/i);
  } finally {
    [console.error, console.warn] = [error, warn];
  }
  await api.close();
  expect(printed).toEqual([]);
  expect(lines.length).toBeGreaterThan(14);
  expect(lines.some((line) => line.includes('"msg":"fault"'))).toBe(true);
  const said = lines.map(withoutIds).join('\n');
  expect(said).not.toMatch(/zuzana|nemcova|brno|601|example\.com|tendril_/i);
  expect(said).toContain('"route":"/api/suppressions/:address"');
});

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What is drawn by chance or measured is of its own kind and no more: a part of a telephone number may stand in it. */
function withoutIds(line: string): string {
  const { requestId, actor = null, time, ms = 0, ...said } = JSON.parse(line);
  expect({ requestId, time, ms }, line).toEqual({
    requestId: expect.stringMatching(uuid),
    time: expect.any(Number),
    ms: expect.any(Number),
  });
  if (actor !== null) expect(actor, line).toMatch(uuid);
  return JSON.stringify(said);
}
