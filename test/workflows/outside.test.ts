/** A call to somebody else's system reaches what it may reach, and nothing else. */
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayReach, readAllowed } from '../../workflows/outside/address.ts';
import { CallFailed, callOutside, type Lookup, mostBytes } from '../../workflows/outside/call.ts';
import { answering, type Receiver, startReceiver } from '../harness/receiver.ts';

let there: Receiver;
beforeAll(async () => {
  there = await startReceiver();
});
afterAll(() => there.close());

const nothing = readAllowed([]);
const loopback = readAllowed(['127.0.0.0/8']);
const plain = { method: 'POST', headers: {}, body: '{}', timeLimitMs: 5000, read: true };
const call = (
  url: string,
  more: Partial<typeof plain> & { allowed?: typeof nothing; lookup?: Lookup } = {},
) => {
  const { allowed = nothing, lookup, ...rest } = more;
  return callOutside({ ...plain, url, ...rest }, { allowed, lookup });
};
const faultOf = (made: Promise<unknown>) =>
  made.then(
    () => 'none',
    (error: unknown) => (error instanceof CallFailed ? error.fault : String(error)),
  );
/** A resolver that answers with these in turn, the last one for ever. */
function resolving(...answers: string[][]): Lookup & { asked: number } {
  const lookup = ((_name, _options, callback) => {
    const addresses = answers[Math.min(lookup.asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as Lookup & { asked: number };
  lookup.asked = 0;
  return lookup;
}

const inner = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '2002:7f00:1::',
  '2001::7f00:1',
  '2001:db8::1',
  '100::1',
  '5f00::1',
  '4000::1',
  'not an address',
  '',
];
test.each(inner)('%s may not be reached', (address) => {
  expect(mayReach(address, nothing)).toBe(false);
});

test.each([
  '93.184.215.14',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:2800:220:1::1',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
])('%s may be reached', (address) => {
  expect(mayReach(address, nothing)).toBe(true);
});

test('what the installation allows may be reached, and nothing beside it', () => {
  const allowed = readAllowed(['10.1.0.0/16', '192.168.1.7', 'fd12::/32', 'Hooks.Internal']);
  expect(
    ['10.1.255.9', '192.168.1.7', '::ffff:10.1.0.1', 'fd12::5'].filter((one) => !mayReach(one, allowed)),
  ).toEqual([]);
  expect(['10.2.0.1', '192.168.1.8', 'fd13::5', '127.0.0.1'].filter((one) => mayReach(one, allowed))).toEqual(
    [],
  );
  expect([...allowed.hosts]).toEqual(['hooks.internal']);
});

test.each([
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0x7f.0.0.0x1:PORT/',
  'http://127。0。0。1:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::]:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://user:secret@127.0.0.1:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/latest/meta-data/',
  'ftp://93.184.215.14/',
  'file:///etc/passwd',
])('%s is refused before anything is sent', async (url) => {
  const before = there.received.length;
  expect(await faultOf(call(url.replace('PORT', String(there.port))))).toBe('refused-target');
  expect(there.received.length).toBe(before);
});

test('a name that stands for an inner address is refused, also when it stands for a public one beside', async () => {
  for (const addresses of [['127.0.0.1'], ['93.184.215.14', '10.0.0.1'], ['::ffff:127.0.0.1'], ['fe80::1']])
    expect(await faultOf(call('http://rebind.example/', { lookup: resolving(addresses) }))).toBe(
      'refused-target',
    );
});

test('a name is asked for once: the connection goes to the very address that was checked', async () => {
  const lookup = resolving(['127.0.0.1'], ['10.0.0.1']);
  const before = there.received.length;
  there.answer = answering(200, { here: true });
  const answer = await call(`http://rebind.example:${there.port}/a`, { allowed: loopback, lookup });
  expect(answer).toMatchObject({ status: 200, text: '{"here":true}' });
  expect(lookup.asked).toBe(1);
  expect(there.received[before]?.headers.host).toBe(`rebind.example:${there.port}`);
  // What was public a moment ago is asked for and checked again, not remembered.
  expect(await faultOf(call(`http://rebind.example:${there.port}/a`, { allowed: loopback, lookup }))).toBe(
    'refused-target',
  );
});

test('a redirect is an answer like any other: it is not followed', async () => {
  there.answer = answering(302, {}, { location: `${there.url}/inner` });
  const before = there.received.length;
  expect(await call(`${there.url}/`, { allowed: loopback })).toMatchObject({ status: 302 });
  expect(there.received.length).toBe(before + 1);
});

test('an answer that drips for ever ends with the time there is', async () => {
  there.answer = (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(drip));
  };
  expect(await faultOf(call(`${there.url}/`, { allowed: loopback, timeLimitMs: 80 }))).toBe('timed-out');
});

test('one who answers by another protocol has answered, and holds nobody up', async () => {
  there.answer = (response) => {
    const { socket } = response;
    socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket?.write('for ever');
  };
  for (const read of [true, false])
    expect(await call(`${there.url}/`, { allowed: loopback, read })).toMatchObject({
      status: 101,
      text: null,
    });
});

test('one who takes the call and says nothing ends with the time there is', async () => {
  there.answer = () => {};
  expect(await faultOf(call(`${there.url}/`, { allowed: loopback, timeLimitMs: 50 }))).toBe('timed-out');
});

test('of an answer beyond all measure only the status counts', async () => {
  let sent = 0;
  there.answer = (response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && sent < 64 * 1024 * 1024) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536, 'x'))) return void response.once('drain', pour);
      }
    };
    pour();
  };
  expect(await call(`${there.url}/`, { allowed: loopback })).toEqual({
    status: 200,
    retryAfterSeconds: null,
    text: null,
  });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
  expect(sent).toBeGreaterThan(mostBytes);
});

test('a body that nobody wants is not read', async () => {
  there.answer = (response) => {
    response.writeHead(204);
    response.flushHeaders();
  };
  expect(await call(`${there.url}/`, { allowed: loopback, read: false })).toMatchObject({
    status: 204,
    text: null,
  });
});

test('where nobody listens, and where no such host is, there is no answer', async () => {
  const gone = await startReceiver();
  await gone.close();
  expect(await faultOf(call(`${gone.url}/`, { allowed: loopback }))).toBe('no-connection');
  const nobody: Lookup = (_name, _options, callback) =>
    callback(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), []);
  expect(await faultOf(call('http://nobody.example/', { lookup: nobody }))).toBe('no-such-host');
});
