import { expect, test } from 'vitest';
import { again, together } from '../../workflows/together.ts';

/** Serves when it is told to, and remembers in which groups it was asked. */
function house(answer: (call: number) => number | typeof again = (call) => call * 10) {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const serve = async (calls: readonly number[]) => {
    groups.push([...calls]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return calls.map(answer);
  };
  const open = async () => {
    gates.shift()?.();
    // Past the answers, and past the filling of the place that came free.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { groups, serve, open };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('calls of one moment go together, later ones when a place comes free', async () => {
  const { groups, serve, open } = house();
  const call = together(serve, { most: 3, width: 1 });
  const first = [1, 2, 3, 4].map(call);
  await turn();
  expect(groups).toEqual([[1, 2, 3]]);
  const late = call(5);
  await open();
  await turn();
  expect(groups).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  await open();
  expect(await Promise.all([...first, late])).toEqual([10, 20, 30, 40, 50]);
});

test('no more groups are under way than there are places', async () => {
  const { groups, serve, open } = house();
  const call = together(serve, { most: 1, width: 2 });
  const calls = [1, 2, 3].map(call);
  await turn();
  expect(groups).toEqual([[1], [2]]);
  await open();
  await turn();
  expect(groups).toEqual([[1], [2], [3]]);
  await open();
  await open();
  expect(await Promise.all(calls)).toEqual([10, 20, 30]);
});

test('one that cannot be served now is asked again later and later, and holds no place meanwhile', async () => {
  let turns = 0;
  const pauses: { ms: number; over(): void }[] = [];
  const pause = (ms: number) => new Promise<void>((resolve) => pauses.push({ ms, over: resolve }));
  const groups: number[][] = [];
  const call = together<number, number>(
    async (calls) => {
      groups.push([...calls]);
      return calls.map((each) => (each === 2 && turns++ < 2 ? again : each * 10));
    },
    { most: 3, width: 1, pause },
  );
  const busy = call(2);
  expect(await Promise.all([1, 3, 4].map(call))).toEqual([10, 30, 40]);
  expect(groups).toEqual([[2, 1, 3], [4]]);
  pauses.at(-1)?.over();
  await turn();
  pauses.at(-1)?.over();
  expect(await busy).toBe(20);
  expect(pauses.map((one) => one.ms)).toEqual([10, 20]);
});

test('a group that fails is served one by one, and only the one at fault fails', async () => {
  const asked: number[][] = [];
  const call = together<number, number>(
    async (calls) => {
      asked.push([...calls]);
      if (calls.includes(2)) throw new Error('not two');
      return calls.map((each) => each * 10);
    },
    { most: 8, width: 1 },
  );
  const [one, two, three] = await Promise.allSettled([1, 2, 3].map(call));
  expect(asked).toEqual([[1, 2, 3], [1], [2], [3]]);
  expect(one).toEqual({ status: 'fulfilled', value: 10 });
  expect(two).toMatchObject({ status: 'rejected', reason: { message: 'not two' } });
  expect(three).toEqual({ status: 'fulfilled', value: 30 });
});
