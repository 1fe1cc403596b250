/** Holds on contact: what a flow places, leaves alone and ends, and what they keep from leaving. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function contactCases(on: Setup): void {
  const hold = (id: string, data: Record<string, unknown>) => ({ id, type: 'contact-hold', data });

  test('contact-hold holds contact for as long as it says, and a longer hold stays', async () => {
    const person = await on.add();
    const run = await on.world.enrol(
      flow([
        hold('long', { action: 'on', for: 'P14D' }),
        hold('short', { action: 'on', for: 'P3D' }),
        hold('wide', { action: 'on', for: 'P3D', covers: 'everything' }),
      ]),
      person,
    );
    expect(told(await on.world.ledger(run)).slice(1, 4)).toEqual([
      'long next done',
      'short next unchanged held-longer',
      'wide next done',
    ]);
    const until = new Date(on.world.now() + 14 * 86_400_000).toISOString();
    expect(await on.world.caused(run)).toEqual([
      { type: 'contact.held', data: { until, covers: 'nurture' } },
      { type: 'contact.held', data: { until, covers: 'everything' } },
    ]);
  });

  test('contact-hold lets flows write again, and says where nothing was held', async () => {
    const person = await on.add();
    const run = await on.world.enrol(
      flow([
        hold('before', { action: 'off' }),
        hold('on', { action: 'on', for: 'P2D' }),
        { id: 'wait', type: 'wait', data: { for: 'P1D' } },
        hold('off', { action: 'off' }),
        hold('again', { action: 'on', for: 'P1D' }),
        { id: 'longer', type: 'wait', data: { for: 'P2D' } },
        hold('after', { action: 'off' }),
      ]),
      person,
    );
    await on.world.pass('P1D');
    await on.world.pass('P2D');
    expect(told(await on.world.ledger(run)).slice(1, 8)).toEqual([
      'before next unchanged not-held',
      'on next done',
      expect.stringContaining('wait'),
      'off next done',
      'again next done',
      expect.stringContaining('longer'),
      'after next unchanged not-held',
    ]);
  });

  test('a flow that starts when a hold ends may set the next one', async () => {
    const person = await on.add();
    // The holds of others end, too.
    const mine = { field: 'candidate.tags', op: 'contains', value: 'held before' };
    const run = await on.world.enrol(
      flow([
        { id: 'ended', type: 'hold-changed', data: { what: 'ended', when: mine } },
        hold('on', { action: 'on', for: 'P14D' }),
        hold('off', { action: 'off' }),
      ]),
      person,
    );
    expect(told(await on.world.ledger(run)).slice(0, 3)).toEqual([
      'ended next',
      'on next done',
      'off next done',
    ]);
    expect((await on.world.caused(run)).map(({ type }) => type)).toEqual([
      'contact.held',
      'contact.released',
    ]);
  });

  test('a hold whose time is up says so, and whoever waits for that goes on', async () => {
    const person = await on.add();
    const run = await on.world.enrol(
      flow([
        hold('on', { action: 'on', for: 'P2D' }),
        {
          id: 'wait',
          type: 'wait-for',
          data: { event: 'contact.released', timeout: 'P9D' },
          to: { event: 'over', timeout: 'done' },
        },
        { id: 'over', type: 'add-tag', data: { tag: 'over' } },
      ]),
      person,
    );
    await on.world.pass('P1D');
    expect(await on.world.status(run)).toMatchObject({ status: 'open', node: 'wait' });
    await on.world.pass('P2D');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'on next done',
      'wait event',
      'over next done',
      'done -',
    ]);
    expect((await on.world.facts(person)).candidate.tags).toEqual(['over']);
  });

  test('a hold that is let go of, or that a longer one replaces, has no end of its own', async () => {
    const run = await on.world.enrol(
      flow([
        hold('short', { action: 'on', for: 'P1D' }),
        hold('long', { action: 'on', for: 'P3D' }),
        {
          id: 'wait',
          type: 'wait-for',
          data: { event: 'contact.released', timeout: 'P2D' },
          to: { event: 'done', timeout: 'off' },
        },
        hold('off', { action: 'off' }),
        {
          id: 'again',
          type: 'wait-for',
          data: { event: 'contact.released', timeout: 'P9D' },
          to: { event: 'done', timeout: 'done' },
        },
      ]),
      await on.add(),
    );
    await on.world.pass('P12D');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'short next done',
      'long next done',
      'wait timeout',
      'off next done',
      'again timeout',
      'done -',
    ]);
  });
}
