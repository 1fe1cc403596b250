/** What every case of the contract starts from: a world with a pipeline, a fresh template and pool, and people. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { LedgerRow, NewCandidate, World } from './world.ts';

export interface Setup {
  readonly world: World;
  /** A template whose subject greets by first name, without a fallback. */
  readonly thanks: string;
  readonly pool: string;
  /** Inês, unless told otherwise, at an address of her own. */
  add(candidate?: Partial<NewCandidate>): Promise<string>;
}

/** To be called inside `describe`: it hooks into the tests around it. */
export function setUp(makeWorld: () => Promise<World>): Setup {
  let world: World;
  let [thanks, pool] = ['', ''];
  let [made, people] = [0, 0];
  beforeAll(async () => {
    world = await makeWorld();
    await world.addStages([
      { name: 'Phone screen', kind: 'active' },
      { name: 'Final interview', kind: 'active' },
      { name: 'Hired', kind: 'hired' },
    ]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    made++;
    thanks = await world.addTemplate({
      name: `Thanks ${made}`,
      subject: 'Hello {{ candidate.firstName }}',
      body: 'Thank you.',
    });
    pool = await world.addPool(`Silver medallists ${made}`);
  });
  return {
    get world() {
      return world;
    },
    get thanks() {
      return thanks;
    },
    get pool() {
      return pool;
    },
    add(candidate = {}) {
      people++;
      const ines = { firstName: 'Inês', email: `ines.${people}@example.com`, timeZone: 'Europe/Lisbon' };
      return world.addCandidate({ ...ines, ...candidate });
    },
  };
}

/** `node#visit port result code`, the visit only where it is not the first. */
export const told = (rows: LedgerRow[]): string[] =>
  rows.map(({ node, visit, port, result, code }) =>
    [`${node}${visit > 1 ? `#${visit}` : ''}`, port ?? '-', result, code].filter(Boolean).join(' '),
  );
