import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { expect, test } from 'vitest';
import { apiHarness } from './harness.ts';

/** Guesses a password twice from each of the addresses that `X-Forwarded-For` claims; answers the codes. */
async function guess(env: Record<string, string>, claimed: string[]): Promise<string[]> {
  const api = await apiHarness({ env, signInsPerMinute: 2 });
  const server = createServer(getRequestListener(api.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const codes: string[] = [];
  for (const address of claimed) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/email`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ana@example.com', password: 'a guess' }),
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        'x-tendril-address': '203.0.113.99',
      },
    });
    codes.push((await answer.json()).code);
  }
  server.close();
  await api.close();
  return codes;
}
const [wrong, tooMany] = ['wrong-credentials', 'too-many'];

test('what a client claims about its address does not get it more guesses', async () => {
  const claimed = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
  expect(await guess({}, claimed)).toEqual([wrong, wrong, tooMany]);
});

test('behind a trusted proxy everyone has guesses of her own, counted by the address that the proxy saw', async () => {
  const env = { TRUSTED_PROXIES: '127.0.0.0/8, 10.1.0.0/16' };
  const claimed = [
    '198.51.100.1',
    '198.51.100.1, 10.1.2.3',
    // Whatever stands further left is the client's own invention.
    '192.0.2.66, 198.51.100.1',
    '198.51.100.2',
  ];
  expect(await guess(env, claimed)).toEqual([wrong, wrong, tooMany, wrong]);
});
