/** `npx tendril flows pull|push|test`: flows as files that live in git beside the code of those who run them. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { main, Obstacle, say } from '../sentence.ts';
import { openFolder } from './folder.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { openServer } from './server.ts';
import { test } from './test.ts';

const usage = `Usage: npx tendril flows pull [NAME …]   writes flows and their templates from the server into the folder
       npx tendril flows push [NAME …]   saves them as drafts on the server; --publish makes them live
       npx tendril flows test [NAME …]   plays their scenarios, without a server

Options:
  --dir FOLDER       the folder; default: flows
  --url URL          the server; default: TENDRIL_URL, else http://localhost:3000
  --publish          push: publish each flow that has changed
  --note TEXT        push: the note of the version
  --force            push: overwrite drafts that were changed on the server since the last pull

The key of an account comes from TENDRIL_API_KEY (npm run api-key prints one).`;

const options = {
  dir: { type: 'string', default: 'flows' },
  url: { type: 'string' },
  publish: { type: 'boolean', default: false },
  note: { type: 'string' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function read() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Obstacle(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

await main(async () => {
  const { values, positionals } = read();
  const [subject, action, ...names] = positionals;
  if (values.help) return say(usage);
  if (subject !== 'flows' || !['pull', 'push', 'test'].includes(action ?? '')) throw new Obstacle(usage);
  const folder = openFolder(resolve(process.env.TENDRIL_CALLED_IN ?? process.cwd(), values.dir));
  if (action === 'test') {
    if (!(await test(folder, names, say))) process.exitCode = 1;
    return;
  }
  const server = openServer(
    values.url ?? process.env.TENDRIL_URL ?? 'http://localhost:3000',
    process.env.TENDRIL_API_KEY,
  );
  if (action === 'pull') await pull(folder, server, names, say);
  else await push(folder, server, names, values, say);
});
