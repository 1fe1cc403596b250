/** What each kind of wait waits for, and what ends it. The clock starts on a Monday, 23 November 2026, 14:32 UTC. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

export function waitCases(on: Setup): void {
  const waiting = (type: string, data: Record<string, unknown>, to: Record<string, string> = {}) =>
    flow([
      { id: 'wait', type, data, to },
      { id: 'after', type: 'add-tag', data: { tag: 'after' } },
    ]);
  const until = async (run: string) => iso((await on.world.status(run)).until);
  const way = async (run: string) => told(await on.world.ledger(run)).slice(1);
  /** The next instant at which it is that time in UTC on that date; the world's clock goes on from case to case. */
  const at = (daysOn: number, time: string) =>
    `${new Date(on.world.now() + daysOn * 86_400_000).toISOString().slice(0, 10)}T${time}:00.000Z`;
  /** Lets it be noon (UTC) of the next Monday. */
  const monday = async () => {
    const now = new Date(on.world.now());
    const days = (8 - now.getUTCDay()) % 7 || 7;
    const noon = Date.parse(`${at(days, '12:00')}`);
    await on.world.pass(`PT${Math.round((noon - now.getTime()) / 1000)}S`);
  };

  test('wait counts working days and passes over the weekend', async () => {
    await monday();
    const run = await on.world.enrol(waiting('wait', { for: 'P5D', count: 'working' }), await on.add());
    expect(await until(run)).toBe(at(7, '12:00'));
    await on.world.pass('P7D');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait passes over public holidays of the candidate’s country where it is told to', async () => {
    await monday();
    const person = await on.add();
    await on.world.changeCandidate(person, { country: 'PT' });
    const rule = { for: 'P60D', count: 'working' };
    const plain = await on.world.enrol(waiting('wait', rule), person);
    const careful = await on.world.enrol(waiting('wait', { ...rule, skipHolidays: true }), person);
    const [sooner, later] = [await until(plain), await until(careful)];
    expect(Date.parse(later ?? '')).toBeGreaterThan(Date.parse(sooner ?? ''));
  });

  test('wait-until goes on when it is that time where she is', async () => {
    await monday();
    const run = await on.world.enrol(
      waiting('wait-until', { time: '09:00', weekdays: [1, 2, 3, 4, 5] }),
      await on.add({ timeZone: 'Asia/Tokyo' }),
    );
    expect(await until(run)).toBe(at(1, '00:00'));
    await on.world.pass('PT11H');
    expect(await way(run)).toEqual([]);
    await on.world.pass('PT1H');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-until with hours lets through who comes within them, and holds who comes after until the next', async () => {
    await monday();
    const hours = waiting('wait-until', { time: '09:00', latest: '17:00', weekdays: [1, 2, 3, 4, 5] });
    const within = await on.world.enrol(hours, await on.add({ timeZone: 'UTC' }));
    expect(await way(within)).toEqual(['wait next', 'after next done', 'done -']);
    const after = await on.world.enrol(hours, await on.add({ timeZone: 'Asia/Tokyo' }));
    expect(await until(after)).toBe(at(1, '00:00'));
  });

  test('wait-until that is paused over its hours waits for the next ones', async () => {
    await monday();
    const hours = waiting('wait-until', { time: '14:00', latest: '15:00' });
    const run = await on.world.enrol(hours, await on.add({ timeZone: 'UTC' }));
    await on.world.pause(run);
    await on.world.pass('PT5H');
    await on.world.resume(run);
    expect(await until(run)).toBe(at(1, '14:00'));
    await on.world.pass('P1D');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test.each([
    [{ policy: 'late' }, 'P3D', ['wait next', 'mail next done', 'done -'], ['mail']],
    [
      { policy: 'skip', after: 'PT6H' },
      'P3D',
      ['wait next', 'mail next skipped paused-too-long', 'done -'],
      [],
    ],
    [{ policy: 'reanchor' }, 'P3D', [], []],
    [{ policy: 'reanchor' }, 'P5D', ['wait next', 'mail next done', 'done -'], ['mail']],
  ])(
    'a flow that is paused for two days goes on by its policy: %j after %s',
    async (onResume, whole, rows, left) => {
      const graph = flow(
        [
          { id: 'wait', type: 'wait', data: { for: 'P2D' } },
          { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
        ],
        { exitOn: [], onResume },
      );
      const run = await on.world.enrol(graph, await on.add({ timeZone: 'UTC' }));
      await on.world.pass('P1D');
      await on.world.pause(run);
      await on.world.pass('P2D');
      expect(await way(run)).toEqual([]);
      await on.world.resume(run);
      if (whole === 'P5D') await on.world.pass('P2D');
      expect(await way(run)).toEqual(rows);
      expect(await on.world.left(run)).toEqual(left);
    },
  );

  test('mail that waits for its hours does not leave while its flow is paused, and does as soon as it goes on', async () => {
    const soon = new Date(on.world.now() + 3_600_000).toISOString().slice(11, 16);
    const later = new Date(on.world.now() + 4 * 3_600_000).toISOString().slice(11, 16);
    const graph = flow(
      [{ id: 'mail', type: 'send-email', data: { templateId: on.thanks, sendFrom: soon, sendTo: later } }],
      { exitOn: [] },
    );
    const run = await on.world.enrol(graph, await on.add({ timeZone: 'UTC' }));
    await on.world.pause(run);
    await on.world.pass('PT2H');
    expect(await on.world.left(run)).toEqual([]);
    await on.world.resume(run);
    expect(await on.world.left(run)).toEqual(['mail']);
  });

  test('wait-until moves with the candidate’s clock, there and back', async () => {
    await monday();
    const person = await on.add({ timeZone: 'Asia/Tokyo' });
    const run = await on.world.enrol(waiting('wait-until', { time: '09:00' }), person);
    expect(await until(run)).toBe(at(1, '00:00'));
    await on.world.changeCandidate(person, { timeZone: 'UTC' });
    expect(await until(run)).toBe(at(1, '09:00'));
    await on.world.changeCandidate(person, { timeZone: 'Asia/Tokyo' });
    expect(await until(run)).toBe(at(1, '00:00'));
    await on.world.pass('PT12H');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-until waits for another day where the move has made the time go by', async () => {
    await monday();
    const person = await on.add({ timeZone: 'UTC' });
    const run = await on.world.enrol(waiting('wait-until', { time: '13:00' }), person);
    await on.world.pass('PT30M');
    // It is half past four in Dubai, and one o’clock there was before she began to wait.
    await on.world.changeCandidate(person, { timeZone: 'Asia/Dubai' });
    expect(await until(run)).toBe(at(1, '09:00'));
  });

  test('wait-for-date waits for so long before the date, on her clock', async () => {
    await monday();
    const person = await on.add({ timeZone: 'Asia/Tokyo' });
    await on.world.changeCandidate(person, { custom: { start: at(10, '00:00').slice(0, 10) } });
    const rule = { field: 'candidate.custom.start', by: 'P3D', side: 'before', time: '09:00' };
    const run = await on.world.enrol(waiting('wait-for-date', rule, { past: 'done' }), person);
    expect(await until(run)).toBe(at(7, '00:00'));
    await on.world.pass('P7D');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-for-date goes the other way where there is no such date, or it has passed', async () => {
    await monday();
    const person = await on.add();
    const graph = waiting('wait-for-date', { field: 'candidate.custom.start' }, { past: 'done' });
    expect(await way(await on.world.enrol(graph, person))).toEqual(['wait past', 'done -']);
    await on.world.changeCandidate(person, { custom: { start: at(-1, '00:00').slice(0, 10) } });
    expect(await way(await on.world.enrol(graph, person))).toEqual(['wait past', 'done -']);
    await on.world.changeCandidate(person, { custom: { start: 'in spring' } });
    expect(await way(await on.world.enrol(graph, person))).toEqual(['wait past', 'done -']);
  });

  test('wait-for-date follows a date that is put off, and lets go of one that is taken away', async () => {
    await monday();
    const person = await on.add({ timeZone: 'UTC' });
    await on.world.changeCandidate(person, { custom: { start: at(10, '00:00') } });
    const graph = waiting('wait-for-date', { field: 'candidate.custom.start' }, { past: 'done' });
    const run = await on.world.enrol(graph, person);
    expect(await until(run)).toBe(at(10, '00:00'));
    await on.world.changeCandidate(person, { custom: { start: at(12, '08:00') } });
    expect(await until(run)).toBe(at(12, '08:00'));
    await on.world.changeCandidate(person, { custom: { start: null } });
    expect(await way(run)).toEqual(['wait past', 'done -']);
  });

  const warm = { field: 'candidate.tags', op: 'contains', value: 'warm' };
  const untilWarm = waiting('wait-until-true', { when: warm, timeout: 'P14D' }, { timeout: 'done' });

  test('wait-until-true goes on at once where it is true already', async () => {
    const run = await on.world.enrol(untilWarm, await on.add({ tags: ['Warm'] }));
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-until-true goes on by the change that makes it true, and by no other', async () => {
    const person = await on.add();
    const when = { field: 'candidate.custom.notice', op: 'is', value: 'given' };
    const graph = waiting('wait-until-true', { when, timeout: 'P14D' }, { timeout: 'done' });
    const run = await on.world.enrol(graph, person);
    await on.world.happen(run, { type: 'note.added' });
    await on.world.changeCandidate(person, { custom: { notice: 'soon' } });
    expect((await on.world.status(run)).node).toBe('wait');
    await on.world.changeCandidate(person, { custom: { notice: 'given' } });
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-until-true goes on when time alone makes it true', async () => {
    const when = { field: 'candidate.createdAt', op: 'not-within-last', value: 'P3D' };
    const graph = waiting('wait-until-true', { when, timeout: 'P14D' }, { timeout: 'done' });
    const run = await on.world.enrol(graph, await on.add({ timeZone: 'UTC' }));
    await on.world.pass('P2D');
    expect((await on.world.status(run)).node).toBe('wait');
    await on.world.pass('P1DT1S');
    expect(await way(run)).toEqual(['wait next', 'after next done', 'done -']);
  });

  test('wait-until-true gives up when its time is over', async () => {
    const run = await on.world.enrol(untilWarm, await on.add());
    await on.world.pass('P14D');
    expect(await way(run)).toEqual(['wait timeout', 'done -']);
  });

  test('a wait until something is true does not hear again what made it true', async () => {
    const person = await on.add();
    const when = { field: 'candidate.custom.notice', op: 'is', value: 'given' };
    const graph = flow([
      { id: 'wait', type: 'wait-until-true', data: { when, timeout: 'P14D' } },
      { id: 'again', type: 'wait-for', data: { event: 'candidate.updated', timeout: 'P7D' } },
    ]);
    const run = await on.world.enrol(graph, person);
    await on.world.changeCandidate(person, { custom: { notice: 'given' } });
    expect((await on.world.status(run)).node).toBe('again');
  });

  test('a loop that waits for a time of day goes round once a day', async () => {
    await monday();
    const graph = flow([
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      { id: 'wait', type: 'wait-until', data: { time: '09:00' }, to: { next: 'mail' } },
      { id: 'never', type: 'add-tag', data: { tag: 'never' } },
    ]);
    graph.nodes = graph.nodes.filter((node) => node.id !== 'never' && node.id !== 'done');
    graph.edges = graph.edges.filter((edge) => edge.source !== 'never');
    const person = await on.add({ timeZone: 'UTC' });
    await on.world.enrol(graph, person);
    await on.world.pass('P3D');
    expect(await on.world.messages(person)).toHaveLength(4);
  });
}
