/** One suite for every world in which flows run: each step, and each way an effect can come out. */
import { describe } from 'vitest';
import { changeCases } from './changes.ts';
import { contactCases } from './contact.ts';
import { effectCases } from './effects.ts';
import { logicCases } from './logic.ts';
import { noticeCases } from './notices.ts';
import { outboundCases } from './outbound.ts';
import { outboxCases } from './outbox.ts';
import { peopleCases } from './people.ts';
import { senderCases } from './senders.ts';
import { setUp } from './setup.ts';
import { waitCases } from './waits.ts';
import { wayCases } from './ways.ts';
import type { World } from './world.ts';

export function stepContract(name: string, makeWorld: () => Promise<World>): void {
  describe(`steps in the ${name} world`, () => {
    const setup = setUp(makeWorld);
    effectCases(setup);
    changeCases(setup);
    outboundCases(setup);
    senderCases(setup);
    outboxCases(setup);
    peopleCases(setup);
    noticeCases(setup);
    contactCases(setup);
    wayCases(setup);
    waitCases(setup);
    logicCases(setup);
  });
}
