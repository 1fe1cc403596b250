/**
 * Pure: what an event from outside changes in the simulated world. In the real one the transaction that records it
 * has changed the candidate already; here the event is all there is.
 */
import { fold } from '../conditions/fold.ts';
import type { NewEvent } from '../events.ts';
import type { ApplicationFacts, CandidateFacts, Facts } from '../facts.ts';
import type { SimulatedWorld } from './world.ts';

type Change = (facts: Facts, data: Record<string, unknown>, world: SimulatedWorld) => Facts;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

const person =
  (change: (candidate: CandidateFacts, data: Record<string, unknown>) => Partial<CandidateFacts>): Change =>
  (facts, data) => ({ ...facts, candidate: { ...facts.candidate, ...change(facts.candidate, data) } });

const application =
  (change: (data: Record<string, unknown>, world: SimulatedWorld) => Partial<ApplicationFacts>): Change =>
  (facts, data, world) =>
    facts.application ? { ...facts, application: { ...facts.application, ...change(data, world) } } : facts;

const without = (list: string[], gone: string | null): string[] =>
  list.filter((each) => gone === null || fold(each) !== fold(gone));
const withOne = (list: string[], one: string | null): string[] =>
  one === null ? list : [...without(list, one), one];

const changes: Partial<Record<NewEvent['type'], Change>> = {
  'candidate.tagged': person(({ tags }, { tag }) => ({ tags: withOne(tags, text(tag)) })),
  'candidate.untagged': person(({ tags }, { tag }) => ({
    tags: text(tag) ? without(tags, text(tag)) : tags,
  })),
  'candidate.hired': person(() => ({ status: 'hired' })),
  'consent.given': person((_, { until }) => ({
    consentUntil: text(until),
    hasConsented: true,
    hasWithdrawn: false,
  })),
  'consent.withdrawn': person(() => ({
    consentUntil: null,
    hasConsented: false,
    hasWithdrawn: true,
  })),
  'pool.joined': person(({ pools }, { poolId }) => ({ pools: withOne(pools, text(poolId)) })),
  'pool.left': person(({ pools }, { poolId }) => ({ pools: pools.filter((pool) => pool !== poolId) })),
  'application.stage-changed': application(({ to }, { stages }) => {
    const name = text(to);
    const stage = name === null ? null : stages.find((each) => fold(each.name) === fold(name));
    return stage ? { stage: stage.name, stageId: stage.id, stageKind: stage.kind } : {};
  }),
  'application.hired': application(() => ({ status: 'hired' })),
  'application.rejected': application(() => ({ status: 'rejected' })),
  'application.withdrawn': application(() => ({ status: 'withdrawn' })),
};

/** The facts once it has happened. Another application's events change nothing of this one. */
export function factsAfter(event: NewEvent, facts: Facts, world: SimulatedWorld): Facts {
  const { type, data = {}, applicationId = null } = event;
  if (type.startsWith('application.') && applicationId !== null && applicationId !== facts.application?.id)
    return facts;
  return Object.hasOwn(changes, type) ? (changes[type]?.(facts, data, world) ?? facts) : facts;
}

const suppressing: Partial<Record<NewEvent['type'], string>> = {
  'message.unsubscribed': 'Asked us not to write.',
  'message.bounced': 'The address bounced.',
  'message.complained': 'Marked a message of ours as spam.',
};

/** Why the address may not be written to once it has happened; null: it says nothing about that. */
export const suppressedBy = (type: NewEvent['type']): string | null => suppressing[type] ?? null;
