/** Small flows for tests, drawn as a list of steps in a row. */
import { draftPorts, typeOf } from '../../engine/flow/describe.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';

export interface Drawn {
  id: string;
  type: string;
  data?: Record<string, unknown>;
  /** Port → node id. A port that is not named leads to the next step of the list. */
  to?: Record<string, string>;
}

/** A flow of these steps; the first is its trigger unless it says otherwise, the last one is `done`. */
export function flow(steps: Drawn[], settings: Record<string, unknown> = {}): Graph {
  const starts = typeOf(steps[0] ?? { type: '' })?.family === 'trigger';
  const all: Drawn[] = [
    ...(starts ? [] : [{ id: 'start', type: 'manual' }]),
    ...steps,
    { id: 'done', type: 'end' },
  ];
  return graphSchema.parse({
    name: 'A small flow',
    settings,
    nodes: all.map(({ id, type, data = {} }, index) => ({
      id,
      type,
      data,
      position: { x: 0, y: index * 84 },
    })),
    edges: all.flatMap(({ id, type, data = {}, to = {} }, index) => {
      const drawn = typeOf({ type });
      const parsed = drawn?.schema.safeParse(data);
      const ports = !drawn ? [] : parsed?.success ? drawn.ports(parsed.data) : draftPorts(drawn, data);
      return ports.map((port) => ({
        id: `${id}:${port.id}`,
        source: id,
        sourceHandle: port.id,
        target: to[port.id] ?? all[index + 1]?.id ?? 'done',
      }));
    }),
  });
}
