import { expect, test } from 'vitest';
import { findProblems } from '../../engine/flow/problems.ts';
import { settingsSchema } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { begin } from '../../engine/run/begin.ts';
import { type EarlierEntry, entryKeyOf, entryRefusal } from '../../engine/run/entry.ts';
import { run } from '../../engine/run/run.ts';
import type { RunOutcome } from '../../engine/run/state.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import { type Drawn, flow } from '../contract/flows.ts';
import { facts, now } from './people.ts';

const day = 86_400_000;
const world = {
  templates: [],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  jobs: [],
  stages: [],
  people: [],
  flows: [],
};
const codes = (steps: Drawn[], settings = {}) =>
  findProblems(flow(steps, settings), world).map((each) =>
    [each.code, each.node ?? each.field].filter(Boolean).join(' '),
  );

test('an old draft’s settings are valid as they are, and say nothing new', () => {
  const old = { reentry: 'always', exitOn: ['candidate.hired'] };
  expect(settingsSchema.parse(old)).toEqual(old);
});

const entering = { applicationId: 'a', jobId: 'j', now, timeZone: 'Europe/Lisbon', inside: 0 };
const been = (more: Partial<EarlierEntry>): EarlierEntry => ({
  applicationId: 'a',
  jobId: 'j',
  open: false,
  last: now - 10 * day,
  ...more,
});
const refused = (settings: object, earlier: EarlierEntry[], more = {}) =>
  entryRefusal(settingsSchema.parse(settings), earlier, { ...entering, ...more })?.code ?? null;

test('who may enter again is asked of a candidate, an application or a job', () => {
  const elsewhere = been({ applicationId: 'b', open: true });
  expect(refused({}, [elsewhere])).toBe('already-in');
  expect(refused({ entryKey: 'application' }, [elsewhere])).toBeNull();
  expect(refused({ entryKey: 'job' }, [elsewhere])).toBe('already-in');
  expect(refused({ entryKey: 'job' }, [been({ jobId: 'k', open: true })])).toBeNull();
  expect(refused({ reentry: 'once', entryKey: 'application' }, [been({})])).toBe('once-only');
  const settings = settingsSchema.parse({ entryKey: 'application' });
  expect(entryKeyOf(settings, { applicationId: 'a', jobId: 'j' }, 'e')).toBe('a');
  expect(entryKeyOf(settings, { applicationId: null, jobId: null }, 'e')).toBe('');
  expect(entryKeyOf({ ...settings, reentry: 'always' }, { applicationId: 'a', jobId: 'j' }, 'e')).toBe('e');
});

test('a cooldown counts from when the last time was over, to the instant', () => {
  const settings = { cooldown: 'P10D' };
  expect(refused(settings, [been({ last: now - 10 * day + 1 })])).toBe('cooling-down');
  expect(refused(settings, [been({ last: now - 10 * day })])).toBeNull();
  expect(refused({ ...settings, reentry: 'always' }, [been({ open: true, last: now - day })])).toBe(
    'cooling-down',
  );
});

test('a flow with so many places takes so many', () => {
  expect(refused({ maxOpen: 3 }, [], { inside: 2 })).toBeNull();
  expect(refused({ maxOpen: 3 }, [], { inside: 3 })).toBe('full');
});

const waiting: Drawn = { id: 'wait', type: 'wait', data: { for: 'P30D' } };
const exitWhen = { field: 'candidate.tags', op: 'contains', value: 'warm' };
const play = (
  settings: Record<string, unknown>,
  events: { type: 'candidate.tagged' | 'pool.joined'; data: object }[],
) =>
  simulate({
    plan: compile(flow([waiting, { id: 'tag', type: 'add-tag', data: { tag: 'late' } }], settings), {
      templates: {},
    }),
    world: { templates: [], pools: [], stages: [] },
    facts: facts(),
    start: now,
    events: events.map(({ type, data }, index) => ({ type, data: { ...data }, at: now + (index + 1) * day })),
  });

test('a flow is left as soon as its own condition holds, whatever happened, and the ledger says what was seen', () => {
  const left = play({ exitWhen }, [
    { type: 'candidate.tagged', data: { tag: 'cold' } },
    { type: 'candidate.tagged', data: { tag: 'warm' } },
  ]);
  expect(left.end).toMatchObject({ status: 'exited', reason: 'exit-when' });
  expect(left.at).toBe(now + 2 * day);
  expect(left.steps.at(-1)).toMatchObject({
    node: 'wait',
    outcome: 'skipped',
    detail: { kind: 'left', reason: 'exit-when', because: [{ actual: ['cold', 'warm'], holds: true }] },
  });
  expect(play({ exitWhen }, []).end).toMatchObject({ status: 'ended' });
});

test('a condition for leaving that asks about an event is asked of events alone', () => {
  const joined = { not: { field: 'event.poolId', op: 'is', value: 'p' } };
  expect(play({ exitWhen: joined }, []).end).toMatchObject({ status: 'exited', reason: 'exit-when' });
  const quiet = { all: [joined, { field: 'event.poolId', op: 'not-empty' }] };
  expect(play({ exitWhen: quiet }, [{ type: 'pool.joined', data: { poolId: 'p' } }]).end).toMatchObject({
    status: 'ended',
  });
  expect(play({ exitWhen: quiet }, [{ type: 'pool.joined', data: { poolId: 'q' } }]).end).toMatchObject({
    status: 'exited',
  });
});

const pooled: Drawn = { id: 'start', type: 'joined-pool', data: { poolId: 'p' } };

test('a flow whose own step starts it is warned of, unless it takes everyone in once or the event is another', () => {
  const again: Drawn = { id: 'again', type: 'add-to-pool', data: { poolId: 'p' } };
  expect(codes([pooled, again])).toEqual(['starts-itself again']);
  expect(findProblems(flow([pooled, again]), world)[0]).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining('“Add to “Silver medallists””'),
  });
  expect(codes([pooled, again], { reentry: 'once' })).toEqual([]);
  const other = { ...world, pools: [...world.pools, { id: 'q', name: 'Others' }] };
  expect(findProblems(flow([pooled, { ...again, data: { poolId: 'q' } }]), other)).toEqual([]);
});

test('settings that make no sense together are said', () => {
  expect(codes([pooled, waiting], { reentry: 'once', cooldown: 'P1D' })).toEqual([
    'cooldown-never-asked settings.cooldown',
  ]);
  expect(codes([pooled, waiting], { entryKey: 'job' })).toEqual([
    'entry-key-without-application settings.entryKey',
  ]);
  expect(codes([pooled, waiting], { exitWhen: { all: [] } })).toEqual(['condition-empty settings.exitWhen']);
  expect(codes([pooled, waiting], { exitWhen: { field: 'candidate.shoe', op: 'is', value: 'x' } })).toEqual([
    'condition-field-unknown settings.exitWhen',
  ]);
});

test('a condition for leaving that comes true by time alone is looked at then, not at the next step', () => {
  const longKnown = { field: 'candidate.createdAt', op: 'not-within-last', value: 'P10D' } as const;
  const waits = flow([{ id: 'wait', type: 'wait', data: { for: 'P60D' } }], {
    exitOn: [],
    exitWhen: longKnown,
  });
  const plan = compile(waits, { templates: {} });
  const who = facts();
  who.candidate.createdAt = new Date(now - 9 * day).toISOString();
  const triggerNode = plan.triggers[0]?.node ?? '';
  const started = { triggerNode, now, seq: 0, event: null, because: [], timeZone: 'UTC' };
  const { state } = begin(plan, started);
  const input = { plan, enrolmentId: 'e', applicationId: null, facts: who, events: [], paused: false };
  const first = run({ ...input, state, now }).next().value as RunOutcome;
  expect(first).toMatchObject({ wakeAt: now + day, state: { status: 'open', node: 'wait' } });
  const last = run({ ...input, state: first.state, now: now + day }).next().value as RunOutcome;
  expect(last).toMatchObject({ end: { status: 'exited', reason: 'exit-when' } });

  // Neither a failed step nor a pause of the flow keeps it from being looked at.
  const problem = { node: 'wait', visit: 1, code: 'pool-gone', detail: {} };
  const blocked = { ...first.state, status: 'blocked', wait: null, problem } as const;
  const stuck = run({ ...input, state: blocked, now }).next().value as RunOutcome;
  expect(stuck).toMatchObject({ wakeAt: now + day, state: { status: 'blocked' } });
  const held = run({ ...input, state: first.state, now, paused: true }).next().value as RunOutcome;
  expect(held).toMatchObject({ wakeAt: now + day, state: { status: 'open' } });
  for (const state of [stuck.state, held.state])
    expect(run({ ...input, state, now: now + day, paused: true }).next().value).toMatchObject({
      end: { status: 'exited', reason: 'exit-when' },
    });
});
