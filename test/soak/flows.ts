/** The flows of a soak, drawn, published, and published anew. */
import type { Db } from '../../db/connect.ts';
import { createFlow, type InFlight, publishFlow, readDraft, saveDraft } from '../../db/queries/flows.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { type Drawing, drawings, type Edge, type FlowName, flowNames, type Ground } from './drawings.ts';

function graphOf(name: FlowName, { settings = {}, nodes, edges = [] }: Drawing): Graph {
  const given = new Set(edges.map(([source]) => source));
  const closes = new Set(['end', 'exit']);
  const down = nodes.flatMap(([id, type], index): Edge[] => {
    const below = nodes[index + 1];
    return given.has(id) || closes.has(type) || !below ? [] : [[id, 'next', below[0]]];
  });
  return graphSchema.parse({
    name,
    settings,
    nodes: nodes.map(([id, type, data = {}], index) => ({
      id,
      type,
      data,
      position: { x: 0, y: index * 90 },
    })),
    edges: [...down, ...edges].map(([source, sourceHandle, target], index) => ({
      id: `e${index}`,
      source,
      sourceHandle,
      target,
    })),
  });
}

export interface Next {
  moves: 'all' | 'some' | 'none';
  /** Whether its messages wait for a person from then on; undefined: as it was. */
  onHold?: boolean | undefined;
}

export interface Flows {
  ids: Record<FlowName, string>;
  /** Draws the flow's next edition and publishes it; those on their way go over where `moves` says so, or leave. */
  publishNext(name: FlowName, how: Next, now: number): Promise<void>;
}

/** `seconds`: what is drawn to take days takes as many seconds, and weeks or months a minute, where nobody can skip time. */
export type Pace = 'days' | 'seconds';

function hurried(graph: Graph): Graph {
  const text = JSON.stringify(graph)
    .replace(/"P(\d+)D(T\d+H)?"/g, '"PT$1S"')
    // The least that a wait in a loop may last.
    .replace(/"P\d+[WM]"/g, '"PT1M"');
  const { nodes, ...rest } = graphSchema.parse(JSON.parse(text));
  // Seconds are no working days.
  const plain = nodes.map((node) =>
    node.type === 'wait' ? { ...node, data: { for: node.data.for } } : node,
  );
  return { ...rest, nodes: plain };
}

export async function publishFlows(db: Db, ground: Ground, now: number, pace: Pace = 'days'): Promise<Flows> {
  const ids = {} as Record<FlowName, string>;
  const editions = {} as Record<FlowName, number>;
  for (const name of flowNames) {
    ids[name] = await createFlow(db, name, ground.person, now);
    editions[name] = 0;
  }
  const draw = (name: FlowName) => {
    const graph = graphOf(
      name,
      drawings[name](ground, editions[name], (other) => ids[other]),
    );
    return pace === 'seconds' ? hurried(graph) : graph;
  };
  const publish = async (name: FlowName, inFlight: InFlight[], at: number, onHold?: boolean) => {
    const flowId = ids[name];
    await saveDraft(db, flowId, draw(name), (await readDraft(db, flowId))?.revision ?? null, at);
    const done = await publishFlow(db, { flowId, by: ground.person, note: '', inFlight, onHold, now: at });
    if (!done || !('versionId' in done))
      throw new Error(`“${name}” cannot be published: ${JSON.stringify(done)}`);
  };
  // The one that another runs has to be there first.
  for (const name of [...flowNames].reverse()) await publish(name, [], now);
  return {
    ids,
    async publishNext(name, { moves, onHold }, at) {
      editions[name]++;
      const there = await standing(db, ids[name]);
      const nodes = new Set(draw(name).nodes.map((node) => node.id));
      const inFlight =
        moves === 'none'
          ? []
          : there.map(({ version, node }, index) => ({
              version,
              node,
              to: nodes.has(node) && (moves === 'all' || index % 2 === 0) ? node : null,
            }));
      await publish(name, inFlight, at, onHold);
    },
  };
}

const standing = (db: Db, flowId: string) =>
  db
    .selectFrom('enrolment')
    .innerJoin('flow_version', 'flow_version.id', 'enrolment.version_id')
    .select(['flow_version.number as version', 'enrolment.node_id as node'])
    .distinct()
    .where('enrolment.flow_id', '=', flowId)
    .where('enrolment.status', 'in', ['open', 'blocked'])
    .where('enrolment.node_id', 'is not', null)
    .orderBy('flow_version.number')
    .orderBy('enrolment.node_id')
    .$narrowType<{ node: string }>()
    .execute();
