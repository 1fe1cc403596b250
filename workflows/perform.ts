/**
 * Effects, as runs ask for them: what one effect wants of many runs is learnt in one statement and written in one.
 * Each run of a call is of another candidate, so that none can change what another sees.
 */
import { savepoint } from '../db/transactions.ts';
import type {
  EffectDefinition,
  EffectKnowledge,
  EffectRequest,
  EffectResult,
  EffectType,
} from '../engine/effects/effect.ts';
import { effects } from '../engine/effects/index.ts';
import type {
  Asked,
  Decided,
  EffectHandler,
  EffectHandlers,
  EffectPlace,
  EffectWorld,
} from './effects/effect.ts';
import { handlers } from './effects/index.ts';

export interface Ask {
  request: EffectRequest;
  place: EffectPlace;
}

/** One result for each, in the same order. */
export async function perform(asks: readonly Ask[], world: EffectWorld): Promise<EffectResult[]> {
  const results = new Map<Ask, EffectResult>();
  for (const effect of new Set(asks.map((ask) => ask.request.effect))) {
    const group = asks.filter((ask) => ask.request.effect === effect);
    for (const [index, result] of (await performOne(effect, group, world)).entries())
      results.set(group[index] as Ask, result);
  }
  return asks.map((ask) => results.get(ask) as EffectResult);
}

/** The same, each under a savepoint: what the database refuses is a failed visit, awaiting repair. */
export async function performGuarded(asks: readonly Ask[], world: EffectWorld): Promise<EffectResult[]> {
  const results: EffectResult[] = [];
  for (const ask of asks) {
    const tried = await savepoint(world.trx, () => perform([ask], world));
    results.push(
      tried.ok
        ? (tried.value[0] as EffectResult)
        : { outcome: 'failed', code: 'database-refused', detail: { sqlState: tried.sqlState } },
    );
  }
  return results;
}

async function performOne<E extends EffectType>(
  effect: E,
  asks: readonly Ask[],
  world: EffectWorld,
): Promise<EffectResult<E>[]> {
  const handler: EffectHandler<E> = (handlers as EffectHandlers)[effect];
  const definition: EffectDefinition<E> = effects[effect];
  const asked = asks.map(({ request, place }) => ({ input: request.input, place }) as unknown as Asked<E>);
  const known = await handler.know(asked, world);
  const results = asked.map(({ input, place }, index): EffectResult<E> => {
    try {
      return definition.decide(input, known[index] as EffectKnowledge[E], place.facts, place.now);
    } catch (error) {
      // A fault of ours, or data that nobody thought of: a failed visit that a person sees, not an endless retry.
      return {
        outcome: 'failed',
        code: 'step-broken',
        detail: error instanceof Error ? { error: error.name } : {},
      };
    }
  });
  const decided = asked.flatMap((one, index): Decided<E>[] => {
    const result = results[index];
    return result?.outcome === 'done' ? [{ ...one, decision: result.decision }] : [];
  });
  if (decided.length > 0) await handler.write(decided, world);
  return results;
}
