/** Whom flows mean: colleagues by name, owners, whose turn it is, and who has how much to do. */
import { sql } from 'kysely';
import { type Colleague, isChoosing, type KnownPeople, type Whom, whoIsMeant } from '../../engine/whom.ts';
import type { Trx } from './lock.ts';

export interface AskedPeople {
  whom: Whom;
  candidateId: string;
  flowId: string;
  node: string;
  /** False: nobody is going to be chosen, so nobody's turn passes. */
  chooses: boolean;
}

/**
 * In the order of `asked`. Where one of several is chosen, the step's counter is locked until the transaction ends:
 * two workers at once take two turns, and the second sees the load that the first one has made.
 */
export async function knownPeople(trx: Trx, asked: readonly AskedPeople[]): Promise<KnownPeople[]> {
  const named = asked.flatMap(({ whom }) =>
    isChoosing(whom) ? whom.peopleIds : whom.to === 'person' ? [whom.personId] : [],
  );
  const owned = asked.flatMap(({ whom, candidateId }) => (whom.to === 'owner' ? [candidateId] : []));
  const found = await sql<Colleague & { candidateId: string | null }>`
    select id, name, email, null::uuid as "candidateId" from "user" where id = any(${[...new Set(named)]}::text[])
    union all
    select u.id, u.name, u.email, c.id from candidate c join "user" u on u.id = c.owner_id where c.id = any(${owned}::uuid[])`.execute(
    trx,
  );
  const colleague = ({ id, name, email }: Colleague): Colleague => ({ id, name, email });
  const owners = new Map(found.rows.flatMap((row) => (row.candidateId ? [[row.candidateId, row]] : [])));
  const byId = new Map(found.rows.flatMap((row) => (row.candidateId ? [] : [[row.id, row]])));
  const peopleOf = ({ whom, candidateId }: AskedPeople): Colleague[] => {
    const ids = isChoosing(whom) ? whom.peopleIds : whom.to === 'person' ? [whom.personId] : [];
    const rows = whom.to === 'owner' ? [owners.get(candidateId)] : ids.map((id) => byId.get(id));
    return rows.flatMap((row) => (row ? [colleague(row)] : []));
  };
  const turns = await takeTurns(
    trx,
    asked.filter(({ whom, chooses }) => chooses && isChoosing(whom)),
  );
  const load = await loadOf(
    trx,
    asked.flatMap(({ whom, chooses }) => (chooses && whom.to === 'load' ? whom.peopleIds : [])),
  );
  return asked.map((one) => {
    const known = { people: peopleOf(one), turn: turns.get(one) ?? 0, load: { ...load } };
    const chosen = one.chooses && one.whom.to === 'load' ? whoIsMeant(one.whom, known) : null;
    if (chosen) load[chosen.id] = (load[chosen.id] ?? 0) + 1;
    return known;
  });
}

/** How often each step had been asked before; counted on. Counters are locked in one order. */
async function takeTurns(trx: Trx, asked: readonly AskedPeople[]): Promise<Map<AskedPeople, number>> {
  if (asked.length === 0) return new Map();
  const key = ({ flowId, node }: Pick<AskedPeople, 'flowId' | 'node'>) => `${flowId} ${node}`;
  const counts = new Map<string, { flow_id: string; node_id: string; n: number }>();
  for (const one of asked) {
    const counted = counts.get(key(one)) ?? { flow_id: one.flowId, node_id: one.node, n: 0 };
    counts.set(key(one), { ...counted, n: counted.n + 1 });
  }
  const taken = await sql<{ flowId: string; node: string; taken: string }>`
    insert into rota (flow_id, node_id, taken)
    select flow_id, node_id, n from jsonb_to_recordset(${JSON.stringify([...counts.values()])}::jsonb) as given (flow_id uuid, node_id text, n int)
    order by flow_id, node_id
    on conflict (flow_id, node_id) do update set taken = rota.taken + excluded.taken
    returning flow_id as "flowId", node_id as node, taken::text`.execute(trx);
  const next = new Map(
    taken.rows.map((row) => [key(row), Number(row.taken) - (counts.get(key(row))?.n ?? 0)]),
  );
  return new Map(
    asked.map((one) => {
      const turn = next.get(key(one)) ?? 0;
      next.set(key(one), turn + 1);
      return [one, turn];
    }),
  );
}

/** Beyond this many candidates someone simply has a lot to do. */
const mostCounted = 2000;

/** id → candidates with an open application and open tasks. */
async function loadOf(trx: Trx, ids: readonly string[]): Promise<Record<string, number>> {
  if (ids.length === 0) return {};
  const found = await sql<{ id: string; load: number }>`
    select id, ((select count(*) from (
        select from candidate c where c.owner_id = person.id and c.merged_into is null
          and exists (select from application a where a.candidate_id = c.id and a.status = 'active') limit ${mostCounted}) as theirs)
      + (select count(*) from task where task.assignee_id = person.id and task.status = 'open'))::int as load
    from unnest(${[...new Set(ids)]}::text[]) as person (id)`.execute(trx);
  return Object.fromEntries(found.rows.map((row) => [row.id, row.load]));
}

export async function assignOwners(
  trx: Trx,
  given: readonly { candidateId: string; ownerId: string; now: number }[],
): Promise<void> {
  const rows = given.map(({ candidateId, ownerId, now }) => ({
    id: candidateId,
    owner_id: ownerId,
    at: new Date(now),
  }));
  await sql`
    update candidate set owner_id = given.owner_id, updated_at = given.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, owner_id text, at timestamptz)
    where candidate.id = given.id`.execute(trx);
}
