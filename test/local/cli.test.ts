/** `tendril flows`: pull, push and test against a real API, on real files. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fold } from '../../engine/conditions/fold.ts';
import { openFolder } from '../../local/cli/folder.ts';
import { pull } from '../../local/cli/pull.ts';
import { push } from '../../local/cli/push.ts';
import { openServer, type Server } from '../../local/cli/server.ts';
import { test as play } from '../../local/cli/test.ts';
import { drawn, template } from '../api/flow-fixture.ts';
import { type ApiHarness, apiHarness } from '../api/harness.ts';

let api: ApiHarness;
let server: Server;
let listening: ReturnType<typeof serve>;
beforeAll(async () => {
  api = await apiHarness();
  const port = await new Promise<number>((resolve) => {
    listening = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => resolve(info.port));
  });
  const key = api.keyOf('recruiter').authorization?.replace('Bearer ', '');
  server = openServer(`http://127.0.0.1:${port}`, key);
});
afterAll(async () => {
  await new Promise((resolve) => listening.close(resolve));
  await api.close();
});

let path: string;
let said: string[];
const say = (line: string) => {
  said.push(line);
};
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'tendril-flows-'));
  said = [];
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const recruiter = () => api.as('recruiter');
const file = (...parts: string[]) => readFileSync(join(path, ...parts), 'utf8');
/** Flows and templates, as paths in the folder. */
const files = () =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') || name.endsWith('.md'))
    .filter((name) => name !== '.pulled.json')
    .sort();
const flowNames = () =>
  openFolder(path)
    .flows()
    .map(({ graph }) => graph.name)
    .sort();
const templateNames = () =>
  openFolder(path)
    .templates()
    .map((each) => each.template.name)
    .sort();
/** What a file of that name begins with. */
const slugStart = (name: string) => fold(name).replaceAll(' ', '-').slice(0, 20);
const ways = { publish: false, force: false };

async function flowOnServer(name: string) {
  const templateId = await template(api, `${name}, thanks`);
  const id = (await recruiter().post('/api/flows', { name })).body.id as string;
  const scenarios = [{ id: 's', name: 'Is thanked once', expect: [{ that: 'sends', templateId }] }];
  const saved = await recruiter().put(`/api/flows/${id}/draft`, { ...drawn(name, templateId), scenarios });
  expect(saved.status).toBe(200);
  return { id, templateId };
}

describe('flows as files', () => {
  test('are pulled with names for ids, and their templates beside them', async () => {
    const { templateId } = await flowOnServer('Silver medallists');
    await pull(openFolder(path), server, ['silver medallists'], say);
    const flow = file('silver-medallists.flow.json');
    expect(flow).toContain('"templateId": "Silver medallists, thanks"');
    expect(flow).not.toContain(templateId);
    expect(file('templates', 'silver-medallists-thanks.md')).toBe(
      'Name: Silver medallists, thanks\nSubject: Thank you, {{ candidate.firstName | default: "there" }}\n\nWe have **read** your application.\n',
    );
  });

  test('come back unchanged: a push after a pull saves the same draft, and a pull after it the same file', async () => {
    const { id } = await flowOnServer('Alumni');
    const folder = openFolder(path);
    await pull(folder, server, ['Alumni'], say);
    const before = file('alumni.flow.json');
    const draft = (await recruiter().get(`/api/flows/${id}/draft`)).body.graph;
    await push(folder, server, ['Alumni'], ways, say);
    await pull(folder, server, ['Alumni'], say);
    expect(file('alumni.flow.json')).toBe(before);
    const { graph } = (await recruiter().get(`/api/flows/${id}/draft`)).body;
    expect(graph.scenarios).toEqual(draft.scenarios);
    expect(new Set(graph.nodes)).toEqual(new Set(draft.nodes));
  });

  test('make what the server does not have: the flow and its templates, published when asked', async () => {
    await flowOnServer('Original');
    const folder = openFolder(path);
    await pull(folder, server, ['Original'], say);
    const copy = file('original.flow.json').replaceAll('Original', 'Copied');
    writeFileSync(join(path, 'copied.flow.json'), copy);
    const mail = file('templates', 'original-thanks.md').replaceAll('Original', 'Copied');
    writeFileSync(join(path, 'templates', 'copied-thanks.md'), mail);
    await push(folder, server, ['Copied'], { ...ways, publish: true, note: 'From a file' }, say);
    expect(said).toContain('created the template “Copied, thanks”');
    expect(said).toContain('published “Copied” as version 1');
    const flows = (await recruiter().get('/api/flows?limit=200')).body.items as {
      name: string;
      state: string;
    }[];
    expect(flows).toContainEqual(expect.objectContaining({ name: 'Copied', state: 'live' }));
  });

  test('overwrite nothing that was changed on the server since the pull, unless told to', async () => {
    const { id, templateId } = await flowOnServer('Contested');
    const folder = openFolder(path);
    await pull(folder, server, ['Contested'], say);
    await recruiter().put(`/api/flows/${id}/draft`, { ...drawn('Contested', templateId), scenarios: [] });
    await expect(push(folder, server, ['Contested'], ways, say)).rejects.toThrow(
      /changed on the server since the last pull/,
    );
    expect((await recruiter().get(`/api/flows/${id}/draft`)).body.graph.scenarios).toEqual([]);
    await push(folder, server, ['Contested'], { ...ways, force: true }, say);
    expect((await recruiter().get(`/api/flows/${id}/draft`)).body.graph.scenarios).toHaveLength(1);
  });

  test('are refused as a whole when one of them names what is not there', async () => {
    const { id } = await flowOnServer('Wrong');
    const folder = openFolder(path);
    await pull(folder, server, ['Wrong'], say);
    const wrong = file('wrong.flow.json').replace(
      '"templateId": "Wrong, thanks"',
      '"templateId": "Never written"',
    );
    writeFileSync(join(path, 'wrong.flow.json'), wrong);
    const { revision } = (await recruiter().get(`/api/flows/${id}/draft`)).body;
    await expect(push(folder, server, ['Wrong'], ways, say)).rejects.toThrow(
      /there is no template called “Never written”/,
    );
    expect((await recruiter().get(`/api/flows/${id}/draft`)).body.revision).toBe(revision);
  });

  test('of names that would make one file have a file each, the same at every pull', async () => {
    const [one, two] = [await template(api, 'Thanks!'), await template(api, 'Thanks?')];
    for (const [name, templateId] of [
      ['Rejected?', one],
      ['Rejected!', two],
    ] as const) {
      const id = (await recruiter().post('/api/flows', { name })).body.id as string;
      expect((await recruiter().put(`/api/flows/${id}/draft`, drawn(name, templateId))).status).toBe(200);
    }
    const folder = openFolder(path);
    await pull(folder, server, ['Rejected!'], say);
    const first = files();
    expect(first).toEqual([
      expect.stringMatching(/^rejected-[0-9a-f]{8}\.flow\.json$/),
      expect.stringMatching(/^templates\/thanks-[0-9a-f]{8}\.md$/),
    ]);
    await pull(folder, server, ['Rejected!', 'Rejected?'], say);
    const both = files();
    expect(both).toHaveLength(4);
    expect(both).toEqual(expect.arrayContaining(first));
    expect(flowNames()).toEqual(['Rejected!', 'Rejected?']);
    expect(templateNames()).toEqual(['Thanks!', 'Thanks?']);
    const before = both.map((name) => [name, file(name)]);
    await pull(folder, server, ['Rejected!', 'Rejected?'], say);
    expect(files().map((name) => [name, file(name)])).toEqual(before);
  });

  test('move to another file, and leave none behind, when a name like theirs comes up', async () => {
    await flowOnServer('Welcome');
    const folder = openFolder(path);
    await pull(folder, server, ['Welcome'], say);
    expect(files()).toEqual(['templates/welcome-thanks.md', 'welcome.flow.json']);
    await flowOnServer('Welcome!');
    await pull(folder, server, ['Welcome'], say);
    expect(flowNames()).toEqual(['Welcome']);
    expect(files()).toEqual([
      expect.stringMatching(/^templates\/welcome-thanks-[0-9a-f]{8}\.md$/),
      expect.stringMatching(/^welcome-[0-9a-f]{8}\.flow\.json$/),
    ]);
  });

  test('that nobody has pulled are not overwritten by one of a similar name', async () => {
    await flowOnServer('Reminder');
    const folder = openFolder(path);
    await pull(folder, server, ['Reminder'], say);
    const mine = file('reminder.flow.json').replace('"name": "Reminder"', '"name": "Reminder?"');
    writeFileSync(join(path, 'reminder.flow.json'), mine);
    await pull(folder, server, ['Reminder'], say);
    expect(flowNames()).toEqual(['Reminder', 'Reminder?']);
  });

  test.each([
    ['Russian', 'Кандидаты '.repeat(15).trim()],
    ['Korean', '지원자 '.repeat(40).trim()],
  ])('have a file name that is short enough, however long theirs is in %s', async (_language, name) => {
    await flowOnServer(name);
    const folder = openFolder(path);
    await pull(folder, server, [name], say);
    for (const each of files()) {
      const [last = ''] = each.split('/').slice(-1);
      expect(Buffer.byteLength(last)).toBeLessThanOrEqual(255);
      expect(last.startsWith(slugStart(name)), last).toBe(true);
    }
    expect(flowNames()).toEqual([name]);
    const before = files();
    await pull(folder, server, [name], say);
    expect(files()).toEqual(before);
  });

  test('follow their flow when it is renamed on the server: pull renames the file, and nothing is made anew', async () => {
    const { id } = await flowOnServer('Old name');
    const folder = openFolder(path);
    await pull(folder, server, ['Old name'], say);
    await recruiter().patch(`/api/flows/${id}`, { name: 'New name' });
    const before = await server.flows();
    await pull(folder, server, ['Old name'], say);
    expect(files()).toEqual(['new-name.flow.json', 'templates/old-name-thanks.md']);
    expect(folder.pulled().flows).toMatchObject({ 'New name': { id, revision: expect.any(Number) } });
    await push(folder, server, [], ways, say);
    expect(said.at(-1)).toBe('“New name” is the same on the server');
    expect((await server.flows()).map((flow) => flow.id)).toEqual(before.map((flow) => flow.id));
  });

  test('are pushed to the flow they came from though it has another name by now', async () => {
    const { id } = await flowOnServer('Before');
    const folder = openFolder(path);
    await pull(folder, server, ['Before'], say);
    await recruiter().patch(`/api/flows/${id}`, { name: 'After' });
    const before = (await server.flows()).length;
    writeFileSync(join(path, 'before.flow.json'), file('before.flow.json').replace('"warm"', '"hot"'));
    await push(folder, server, ['Before'], ways, say);
    const { graph } = (await recruiter().get(`/api/flows/${id}/draft`)).body;
    expect(graph.name).toBe('After');
    expect(JSON.stringify(graph)).toContain('"hot"');
    expect(await server.flows()).toHaveLength(before);
  });

  test('are told apart by their flows when two of them have changed names', async () => {
    const [one, other] = [await flowOnServer('This'), await flowOnServer('That')];
    const folder = openFolder(path);
    await pull(folder, server, ['This', 'That'], say);
    for (const [{ id }, name] of [
      [one, 'Meanwhile'],
      [other, 'This'],
      [one, 'That'],
    ] as const)
      await recruiter().patch(`/api/flows/${id}`, { name });
    await pull(folder, server, ['This', 'That'], say);
    expect(flowNames()).toEqual(['That', 'This']);
    expect(file('that.flow.json')).toContain('"templateId": "This, thanks"');
    expect(file('this.flow.json')).toContain('"templateId": "That, thanks"');
    expect(folder.pulled().flows).toMatchObject({ That: { id: one.id }, This: { id: other.id } });
  });

  test('are known by their names where the folder is from before it remembered ids', async () => {
    const { id, templateId } = await flowOnServer('Long known');
    const folder = openFolder(path);
    await pull(folder, server, ['Long known'], say);
    const { revision } = folder.pulled().flows['Long known'] ?? {};
    writeFileSync(join(path, '.pulled.json'), `{\n  "Long known": ${revision}\n}\n`);
    writeFileSync(
      join(path, 'long-known.flow.json'),
      file('long-known.flow.json').replace('"warm"', '"hot"'),
    );
    await push(folder, server, ['Long known'], ways, say);
    expect(folder.pulled().flows).toMatchObject({ 'Long known': { id, revision: (revision ?? 0) + 1 } });
    writeFileSync(join(path, '.pulled.json'), '{ "Long known": 1 }');
    await recruiter().put(`/api/flows/${id}/draft`, drawn('Long known', templateId));
    await expect(push(folder, server, ['Long known'], ways, say)).rejects.toThrow(/changed on the server/);
  });

  test('that no pull brought here overwrite nothing: the push names them and what to do, and says nothing twice', async () => {
    const { id, templateId } = await flowOnServer('Cloned');
    const folder = openFolder(path);
    await pull(folder, server, ['Cloned'], say);
    rmSync(join(path, '.pulled.json'));
    await recruiter().put(`/api/flows/${id}/draft`, { ...drawn('Cloned', templateId), scenarios: [] });
    const refused = push(folder, server, [], ways, say);
    await expect(refused).rejects.toThrow(
      /^Nothing was pushed\.\n {2}“Cloned”: the server has another draft, and this folder has not pulled it\.\n.*pull.*--force/s,
    );
    const draft = await recruiter().get(`/api/flows/${id}/draft`);
    expect(draft.body.graph.scenarios).toEqual([]);
    await push(folder, server, [], { ...ways, force: true }, say);
    expect((await recruiter().get(`/api/flows/${id}/draft`)).body.graph.scenarios).toHaveLength(1);
  });

  test('that no pull brought here, but that say what the server says, are pushed from then on as if one had', async () => {
    const { id } = await flowOnServer('Same');
    const folder = openFolder(path);
    await pull(folder, server, ['Same'], say);
    const before = folder.pulled();
    rmSync(join(path, '.pulled.json'));
    await push(folder, server, ['Same'], ways, say);
    expect(folder.pulled()).toEqual(before);
    writeFileSync(join(path, 'same.flow.json'), file('same.flow.json').replace('"warm"', '"hot"'));
    await push(folder, server, ['Same'], ways, say);
    expect(JSON.stringify((await recruiter().get(`/api/flows/${id}/draft`)).body.graph)).toContain('"hot"');
  });

  test('are pushed all or none: one that was changed on the server holds back the others and the templates', async () => {
    const one = await flowOnServer('First of two');
    const two = await flowOnServer('Second of two');
    const folder = openFolder(path);
    await pull(folder, server, ['First of two', 'Second of two'], say);
    writeFileSync(
      join(path, 'first-of-two.flow.json'),
      file('first-of-two.flow.json').replace('"warm"', '"hot"'),
    );
    await recruiter().put(`/api/flows/${two.id}/draft`, {
      ...drawn('Second of two', two.templateId),
      scenarios: [],
    });
    await expect(push(folder, server, [], ways, say)).rejects.toThrow(/“Second of two”/);
    expect(JSON.stringify((await recruiter().get(`/api/flows/${one.id}/draft`)).body.graph)).toContain(
      '"warm"',
    );
  });

  test('bring no text of theirs over one that was changed on the server, nor over one that nobody pulled', async () => {
    const { templateId } = await flowOnServer('Worded');
    const folder = openFolder(path);
    await pull(folder, server, ['Worded'], say);
    const mail = 'worded-thanks.md';
    writeFileSync(join(path, 'templates', mail), file('templates', mail).replace('application.', 'letter.'));
    const theirs = { name: 'Worded, thanks', subject: 'Thank you', body: 'We have read it all.' };
    await recruiter().put(`/api/templates/${templateId}`, theirs);
    await expect(push(folder, server, [], ways, say)).rejects.toThrow(
      /the template “Worded, thanks”: it was changed on the server since the last pull/,
    );
    rmSync(join(path, '.pulled.json'));
    await expect(push(folder, server, [], ways, say)).rejects.toThrow(
      /the template “Worded, thanks”: the server has another text/,
    );
    expect((await recruiter().get(`/api/templates/${templateId}`)).body.body).toBe(theirs.body);
    await push(folder, server, [], { ...ways, force: true }, say);
    expect((await recruiter().get(`/api/templates/${templateId}`)).body.body).toContain('letter.');
  });

  test('follow a template that is renamed on the server: no second file, and every flow file speaks of it by its new name', async () => {
    const { templateId } = await flowOnServer('Sends it');
    const other = (await recruiter().post('/api/flows', { name: 'Sends it, too' })).body.id as string;
    await recruiter().put(`/api/flows/${other}/draft`, drawn('Sends it, too', templateId));
    const folder = openFolder(path);
    await pull(folder, server, ['Sends it', 'Sends it, too'], say);
    const { subject, body } = await server.template(templateId);
    await recruiter().put(`/api/templates/${templateId}`, { name: 'Warm thanks', subject, body });
    const templates = (await server.references()).template?.length;
    writeFileSync(
      join(path, 'templates', 'sends-it-thanks.md'),
      file('templates', 'sends-it-thanks.md').replace('application.', 'letter.'),
    );
    await push(folder, server, ['Sends it'], ways, say);
    expect((await recruiter().get(`/api/templates/${templateId}`)).body).toMatchObject({
      name: 'Warm thanks',
      body: 'We have **read** your letter.',
    });
    await pull(folder, server, ['Sends it'], say);
    expect(files()).toEqual(['sends-it-too.flow.json', 'sends-it.flow.json', 'templates/warm-thanks.md']);
    for (const name of ['sends-it.flow.json', 'sends-it-too.flow.json'])
      expect(file(name)).toContain('"templateId": "Warm thanks"');
    await push(folder, server, [], ways, say);
    expect((await server.references()).template).toHaveLength(templates ?? 0);
    const before = [...files().map((name) => file(name)), file('.pulled.json')];
    await pull(folder, server, ['Sends it', 'Sends it, too'], say);
    await push(folder, server, [], ways, say);
    expect([...files().map((name) => file(name)), file('.pulled.json')]).toEqual(before);
  });

  test('of a renamed template are edited on under its new name: pull moves what was edited here along', async () => {
    const { templateId } = await flowOnServer('Moved along');
    const folder = openFolder(path);
    await pull(folder, server, ['Moved along'], say);
    const mail = file('templates', 'moved-along-thanks.md').replace('application.', 'letter.');
    writeFileSync(join(path, 'templates', 'moved-along-thanks.md'), mail);
    const { subject, body } = await server.template(templateId);
    await recruiter().put(`/api/templates/${templateId}`, { name: 'Cold thanks', subject, body });
    await pull(folder, server, ['Moved along'], say);
    expect(files()).toEqual(['moved-along.flow.json', 'templates/cold-thanks.md']);
    expect(file('templates', 'cold-thanks.md')).toContain('letter.');
    await push(folder, server, ['Moved along'], ways, say);
    expect((await recruiter().get(`/api/templates/${templateId}`)).body).toMatchObject({
      name: 'Cold thanks',
      body: 'We have **read** your letter.',
    });
  });

  test('that were edited here are kept by a pull; edited on the server, too, they stop it unless it is told to', async () => {
    const { id, templateId } = await flowOnServer('Edited');
    const folder = openFolder(path);
    await pull(folder, server, ['Edited'], say);
    const mine = file('edited.flow.json').replace('"warm"', '"hot"');
    writeFileSync(join(path, 'edited.flow.json'), mine);
    await pull(folder, server, ['Edited'], say);
    expect(file('edited.flow.json')).toBe(mine);
    expect(said.at(-1)).toMatch(
      /^kept .*edited\.flow\.json: it was edited here; push brings it to the server$/,
    );
    await recruiter().put(`/api/flows/${id}/draft`, { ...drawn('Edited', templateId), scenarios: [] });
    await expect(pull(folder, server, ['Edited'], say)).rejects.toThrow(
      /^Nothing was pulled\.\n {2}.*edited\.flow\.json was edited here, and on the server, too\.\n.*--force/s,
    );
    expect(file('edited.flow.json')).toBe(mine);
    await pull(folder, server, ['Edited'], say, { force: true });
    expect(file('edited.flow.json')).toContain('"warm"');
    const mail = file('templates', 'edited-thanks.md').replace('application.', 'letter.');
    writeFileSync(join(path, 'templates', 'edited-thanks.md'), mail);
    await pull(folder, server, ['Edited'], say);
    expect(file('templates', 'edited-thanks.md')).toBe(mail);
  });

  test('are published where something of them is not live yet, and only there', async () => {
    await flowOnServer('Goes live');
    const folder = openFolder(path);
    await pull(folder, server, ['Goes live'], say);
    const live = { ...ways, publish: true };
    await push(folder, server, ['Goes live'], live, say);
    expect(said.at(-1)).toBe('published “Goes live” as version 1');
    await push(folder, server, ['Goes live'], live, say);
    expect(said.at(-1)).toBe('“Goes live” is live as it is');
    const mail = file('templates', 'goes-live-thanks.md').replace('application.', 'letter.');
    writeFileSync(join(path, 'templates', 'goes-live-thanks.md'), mail);
    await push(folder, server, ['Goes live'], live, say);
    expect(said.at(-1)).toBe('published “Goes live” as version 2');
  });

  test('of two flows that have one name cannot be told apart, and are not pulled', async () => {
    await recruiter().post('/api/flows', { name: 'Namesake' });
    await recruiter().post('/api/flows', { name: 'namesake' });
    await expect(pull(openFolder(path), server, ['Namesake'], say)).rejects.toThrow(/2 flows are called/);
    expect(files()).toEqual([]);
  });

  test('that are none are named with the place where they are wrong', () => {
    writeFileSync(join(path, 'x.flow.json'), '{"name":"x","nodes":[{"id":""}],"edges":[]}');
    expect(() => openFolder(path).flows()).toThrow(/x\.flow\.json is not a flow:\n {2}nodes\.0\.id/);
    writeFileSync(join(path, 'x.flow.json'), '{');
    expect(() => openFolder(path).flows()).toThrow(/is not JSON/);
  });

  test('are asked for by names that exist', async () => {
    await expect(pull(openFolder(path), server, ['Nobody’s'], say)).rejects.toThrow(
      /no flow called “Nobody’s”/,
    );
    await expect(play(openFolder(path), [], say)).rejects.toThrow(/no flow files/);
  });
});

describe('their scenarios', () => {
  test('are played without a server, green and red', async () => {
    await flowOnServer('Played');
    const folder = openFolder(path);
    await pull(folder, server, ['Played'], say);
    expect(await play(folder, [], say)).toBe(true);
    expect(said.at(-1)).toBe('\n1 green, 0 red');
    const twice = file('played.flow.json').replace('"that": "sends",', '"that": "sends",\n "times": 2,');
    writeFileSync(join(path, 'played.flow.json'), twice);
    expect(await play(folder, [], say)).toBe(false);
    expect(said).toContain('  ✗ Is thanked once');
    expect(said.some((line) => line.includes('is sent twice. Sent on Mon 5 Jan, 9:00 (UTC)'))).toBe(true);
  });

  test('are red when the flow itself cannot be published', async () => {
    await flowOnServer('Broken');
    const folder = openFolder(path);
    await pull(folder, server, ['Broken'], say);
    rmSync(join(path, 'templates', 'broken-thanks.md'));
    expect(await play(folder, [], say)).toBe(false);
    expect(said).toContain('  ✗ This template is gone. Choose another.');
  });
});

test('a server that does not answer, or does not know the key, is told of with what to do', async () => {
  const nowhere = openServer('http://127.0.0.1:9', 'key');
  await expect(pull(openFolder(path), nowhere, [], say)).rejects.toThrow(/does not answer.*--url/);
  const { port } = listening.address() as AddressInfo;
  const unknown = openServer(`http://127.0.0.1:${port}`, 'tdl_not_a_key');
  await expect(pull(openFolder(path), unknown, [], say)).rejects.toThrow(/does not know the key/);
});

test('a server without a key, or at no address, is refused before anything is asked', () => {
  expect(() => openServer('http://localhost:3000', undefined)).toThrow(/TENDRIL_API_KEY/);
  expect(() => openServer('nowhere', 'key')).toThrow(/not an address/);
});

describe('the command', () => {
  const call = (...given: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, TENDRIL_CALLED_IN: path, TENDRIL_API_KEY: '' };
      execFile(process.execPath, ['local/cli/main.ts', ...given], { env }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });

  test('tells how it is called when asked, and ends well', async () => {
    const { code, out } = await call('flows', 'push', '--help');
    expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: npx tendril flows pull[\s\S]*--force/)]);
  });

  test.each([
    [[], /Say what to do/],
    [['flows', 'put'], /“flows put” is no command/],
    [['flows', 'test', '--publish'], /“flows test” has no --publish/],
    [['flows', 'pull', '--shoe'], /--shoe/],
    [['flows', 'push', '--note', 'x'], /--note goes with --publish/],
  ])(
    'called in a way that it does not know (%j) says so and how, and ends with 2',
    async (given, sentence) => {
      const { code, out, err } = await call(...given);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(sentence);
      expect(err).toContain('Usage: npx tendril flows pull');
    },
  );

  test('ends with 1 where something stands in the way', async () => {
    const { code, err } = await call('flows', 'test');
    expect([code, err]).toEqual([1, expect.stringContaining('There are no flow files in')]);
    expect(await call('flows', 'pull')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Set TENDRIL_API_KEY'),
    });
  });
});
