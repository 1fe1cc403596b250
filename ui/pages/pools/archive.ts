/** Putting a pool into the archive and taking it out, each with the way back. */
import { act } from '../../app/act.ts';
import { api, read } from '../../app/api.ts';
import { names } from '../../texts/plural.ts';
import { texts } from '../../texts.ts';

interface Archivable {
  id: string;
  name: string;
}
const t = texts.pools.archive;
const change = (id: string, archived: boolean) =>
  read(api.pools[':id'].$patch({ param: { id }, json: { archived } }));

/** Says which flows it stops. True when it went through. */
export async function putAway(pool: Archivable): Promise<boolean> {
  const uses = await read(api.pools[':id'].flows.$get({ param: { id: pool.id } })).catch(() => ({
    items: [],
  }));
  const flows = uses.items.map((flow) => `“${flow.name}”`);
  return act(
    () => change(pool.id, true),
    t.archived(pool.name, names(flows), flows.length),
    'pool',
    () => void takeOut(pool),
  );
}

export const takeOut = (pool: Archivable): Promise<boolean> =>
  act(
    () => change(pool.id, false),
    t.back(pool.name),
    'pool',
    () => void putAway(pool),
  );
