/** Pure: the world that a simulation happens in, and effects decided in it. */

import { fold } from '../conditions/fold.ts';
import type {
  EffectInputs,
  EffectKnowledge,
  EffectRequest,
  EffectResult,
  EffectType,
} from '../effects/effect.ts';
import { effects } from '../effects/index.ts';
import type { StageKind } from '../facts.ts';

export interface SimulatedWorld {
  templates: { id: string; name: string; subject: string; body: string }[];
  pools: { id: string; name: string }[];
  /** Those of the pipeline that the application is in. */
  stages: { id: string; name: string; kind: StageKind }[];
  /** Why the candidate's address may not be written to; null: it may. */
  suppressed?: string | null;
}

type Knowing = {
  [E in EffectType]: (
    request: Extract<EffectRequest, { effect: E }>,
    world: SimulatedWorld,
  ) => EffectKnowledge[E];
};

const knowing: Knowing = {
  'candidate.tag': () => ({}),
  'application.move': ({ input }, world) => ({
    stage: world.stages.find((each) => fold(each.name) === fold(input.stage)) ?? null,
  }),
  'pool.add': ({ input }, world) => ({ pool: world.pools.find((each) => each.id === input.poolId) ?? null }),
  'email.send': ({ input }, world) => ({
    template: world.templates.find((each) => each.id === input.templateId) ?? null,
    suppressed: world.suppressed ?? null,
  }),
};

/** What the effect comes to here. `now` in milliseconds. */
export const decide = (request: EffectRequest, world: SimulatedWorld, now: number): EffectResult =>
  decideAs(request.effect, request, world, now);

function decideAs<E extends EffectType>(
  effect: E,
  request: EffectRequest,
  world: SimulatedWorld,
  now: number,
): EffectResult {
  // A request's effect and its input belong together; TypeScript cannot follow that through a lookup.
  const asked = request as Extract<EffectRequest, { effect: E }>;
  const known = knowing[effect](asked, world);
  return effects[effect].decide(asked.input as EffectInputs[E], known, request.facts, now) as EffectResult;
}
