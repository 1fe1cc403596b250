/** `npx tendril flows pull|push|test`: flows as files that live in git beside the code of those who run them. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Misuse, main, say } from '../sentence.ts';
import { openFolder } from './folder.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { openServer } from './server.ts';
import { test } from './test.ts';

const usage = `Usage: npx tendril flows pull [NAME …]   writes flows and their templates from the server into the folder
       npx tendril flows push [NAME …]   saves them as drafts on the server; --publish makes them live
       npx tendril flows test [NAME …]   plays their scenarios, without a server

Without names: all of them. A name with spaces stands in quotes.

Options:
  --dir FOLDER       the folder; default: flows
  --url URL          pull, push: the server; default: TENDRIL_URL, else http://localhost:3000
  --publish          push: publish each flow of which something is not live yet
  --note TEXT        push --publish: what has changed, kept with the version
  --force            push: overwrite what was changed on the server since the last pull
                     pull: overwrite files that were edited here, with what the server has
  --help             this text

TENDRIL_API_KEY holds a key of the server: npm run api-key -- --name flows --role recruiter prints one.

Ends with 0 when all is well, with 1 when a scenario is red or something stands in the way, and with 2 when it is
called in a way that it does not know.`;

const options = {
  dir: { type: 'string', default: 'flows' },
  url: { type: 'string' },
  publish: { type: 'boolean' },
  note: { type: 'string' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Which options say something to which action. */
const actions = {
  pull: ['dir', 'url', 'force'],
  push: ['dir', 'url', 'force', 'publish', 'note'],
  test: ['dir'],
} as const satisfies Record<string, readonly (keyof typeof options)[]>;

const misuse = (sentence: string) => new Misuse(`${sentence}\n\n${usage}`);

function read() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw misuse(error instanceof Error ? error.message : String(error));
  }
}

function isAction(word: string | undefined): word is keyof typeof actions {
  return word !== undefined && Object.hasOwn(actions, word);
}

await main(async () => {
  const { values, positionals } = read();
  const [subject, action, ...names] = positionals;
  if (values.help) return say(usage);
  if (subject !== 'flows' || !isAction(action))
    throw misuse(positionals.length === 0 ? 'Say what to do.' : `“${positionals.join(' ')}” is no command.`);
  const known: readonly string[] = actions[action];
  const idle = Object.keys(values).filter((name) => !known.includes(name));
  if (idle.length > 0) throw misuse(`“flows ${action}” has no --${idle.join(', no --')}.`);
  if (values.note !== undefined && !values.publish)
    throw misuse('A note is kept with a version: --note goes with --publish.');
  const folder = openFolder(resolve(process.env.TENDRIL_CALLED_IN ?? process.cwd(), values.dir));
  if (action === 'test') {
    if (!(await test(folder, names, say))) process.exitCode = 1;
    return;
  }
  const server = openServer(
    values.url ?? process.env.TENDRIL_URL ?? 'http://localhost:3000',
    process.env.TENDRIL_API_KEY,
  );
  if (action === 'pull') await pull(folder, server, names, say, { force: values.force ?? false });
  else {
    const { publish = false, force = false, note } = values;
    await push(folder, server, names, { publish, force, note }, say);
  }
});
