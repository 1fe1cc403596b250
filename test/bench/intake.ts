/** How many webhooks a second are accepted and stored, against a bare route on the same Postgres. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { newId } from '../../db/id.ts';
import { secretsFrom } from '../../db/secrets.ts';
import { type Daemon, launch, waitUntilReady } from '../../local/daemon.ts';
import { root } from '../../local/paths.ts';
import { answers, freePort } from '../../local/ports.ts';
import { greenhouse } from '../harness/house.ts';
import { type DatabaseGround, startDatabaseGround } from './ground.ts';
import { atLeast, type Bench, noted, type Row } from './report.ts';
import { inTurns } from './rounds.ts';

const requests = 3000;
const atOnce = 32;
const rounds = 5;
const secret = 'the secret of a benchmark';
const secretKey = 'a secret key for benchmarks, long enough';

interface Post {
  body: string;
  headers: Record<string, string | number>;
}

/** Made and signed before the clock runs. */
const posts = (round: number): Post[] =>
  Array.from({ length: requests }, (_, n) => {
    const id = round * requests + n;
    const body = JSON.stringify(
      greenhouse({ id, firstName: `Ada${id}`, lastName: 'Costa', email: `ada${id}@costa.example` }),
    );
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'greenhouse-event-id': `event-${id}`,
        signature: `sha256 ${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    };
  });

/** Requests a second. Connections are kept. @throws when any answer is not 202. */
async function load(port: number, path: string, agent: Agent, given: readonly Post[]): Promise<number> {
  let next = 0;
  const send = ({ body, headers }: Post) =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 202 ? resolve() : reject(new Error(`${path} answered ${answer.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const lane = async () => {
    for (let post = given[next++]; post; post = given[next++]) await send(post);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (given.length / (performance.now() - began)) * 1000;
}

/** A server as a process of its own, listening on `port`. */
async function serverOf(ground: DatabaseGround, url: string, script: string, port: number): Promise<Daemon> {
  const daemon = await launch({
    name: script,
    command: process.execPath,
    args: [join(root, script)],
    env: { NODE_ENV: 'production', DATABASE_URL: url, SECRET_KEY: secretKey, PORT: String(port) },
    cwd: root,
    log: join(ground.dir, `${port}.log`),
  });
  await waitUntilReady(daemon, () => answers(port));
  return daemon;
}

async function comparing(): Promise<Row[]> {
  const ground = await startDatabaseGround();
  const daemons: Daemon[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const { db, url } = await ground.database('intake');
    await db
      .insertInto('source')
      .values({
        id: newId(),
        key: 'bench',
        kind: 'greenhouse',
        name: 'Greenhouse',
        secret_sealed: secretsFrom(secretKey).seal(secret),
        created_at: new Date(),
      })
      .execute();
    const [apiPort, barePort] = [await freePort(), await freePort()];
    daemons.push(await serverOf(ground, url, 'api/server.ts', apiPort));
    daemons.push(await serverOf(ground, url, 'test/bench/bare/hook.ts', barePort));
    const compared = await inTurns(
      rounds,
      (round) => load(barePort, '/hook', agent, posts(round)),
      (round) => load(apiPort, '/hooks/bench', agent, posts(round)),
    );
    const { n } = await db
      .selectFrom('inbound_queue')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    if (n !== requests * (rounds + 1)) throw new Error(`${n} webhooks are stored.`);
    return [
      noted('a bare route with one INSERT', compared.theirs, 'requests/s'),
      noted('POST /hooks, signature checked, stored and queued', compared.ours, 'requests/s'),
      atLeast('webhooks accepted and stored', compared.ratio, 0.7, '×', 'a bare route with one INSERT'),
    ];
  } finally {
    agent.destroy();
    await Promise.all(daemons.map((daemon) => daemon.stop('SIGKILL')));
    await ground.end();
  }
}

export const intake: Bench = {
  name: 'intake',
  about: `${requests} webhooks at a time, ${atOnce} at once, in turns with a bare route`,
  run: comparing,
};
