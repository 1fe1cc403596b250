/** Pure: effects decided in a simulated world. */
import type {
  EffectDefinition,
  EffectInputs,
  EffectRequest,
  EffectResult,
  EffectType,
} from '../effects/effect.ts';
import { effects } from '../effects/index.ts';
import type { SimulatedWorld } from '../effects/world.ts';

export type { SimulatedWorld } from '../effects/world.ts';

/** What the effect comes to here. `now` in milliseconds. */
export const decide = (request: EffectRequest, world: SimulatedWorld, now: number): EffectResult =>
  decideAs(request.effect, request, world, now);

function decideAs<E extends EffectType>(
  effect: E,
  { input, facts }: EffectRequest,
  world: SimulatedWorld,
  now: number,
): EffectResult {
  // A request's effect and its input belong together; TypeScript cannot follow that through a lookup.
  const definition = effects[effect] as EffectDefinition<E>;
  const given = input as EffectInputs[E];
  return definition.decide(given, definition.simulate(given, world, facts), facts, now) as EffectResult;
}
