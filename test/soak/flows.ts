/** The flows of a soak: between them every kind of wait, every turn a way can take, and all three kinds of contact. */
import type { Db } from '../../db/connect.ts';
import { createFlow, type InFlight, publishFlow, readDraft, saveDraft } from '../../db/queries/flows.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';

type Node = [id: string, type: string, data?: Record<string, unknown>];
type Edge = [source: string, port: string, target: string];

interface Drawing {
  settings?: Record<string, unknown>;
  nodes: Node[];
  /** Those without an edge of their own lead to the node below by `next`. */
  edges?: Edge[];
}

/** What the flows refer to, by id. */
export interface Ground {
  template: string;
  warm: string;
  letters: string;
  person: string;
}

export const flowNames = [
  'Thanks for applying',
  'Staying in touch',
  'A short note',
  'Newsletter',
  'Birthday',
  'Long silence',
  'Met at an event',
  'Before the first day',
] as const;
export type FlowName = (typeof flowNames)[number];

const leaves = ['candidate.hired', 'message.unsubscribed'];
const office = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] };

/** `edition` 0 is drawn at first; later ones differ in their waits and have a step more, or one fewer. */
const drawings: Record<
  FlowName,
  (ground: Ground, edition: number, idOf: (name: FlowName) => string) => Drawing
> = {
  'Thanks for applying': ({ template, person }, edition) => ({
    settings: {
      reentry: 'after-exit',
      entryKey: 'application',
      exitOn: [...leaves, 'application.rejected', 'application.withdrawn'],
    },
    nodes: [
      ['start', 'application-received'],
      ['thanks', 'send-email', { templateId: template }],
      ['breathe', 'wait', { for: edition % 2 === 0 ? 'P3D' : 'P4D' }],
      [
        'ask',
        'approval',
        { title: 'Invite {{ candidate.firstName }}?', to: 'person', personId: person, timeout: 'P5D' },
      ],
      ['screen', 'move-stage', { stage: 'Recruiter screen' }],
      [
        'morning',
        'wait-until',
        { time: '09:00', latest: '17:00', weekdays: [1, 2, 3, 4, 5], skipHolidays: true },
      ],
      ['next', 'send-email', { templateId: template, sendFrom: '08:00', sendTo: '18:00' }],
      ['reply', 'wait-for', { event: 'message.replied', timeout: 'P7D' }],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['working', 'wait', { for: 'P5D', count: 'working', skipHolidays: true }],
      ['field', 'set-field', { field: 'candidate.headline', value: 'Spoken to' }],
      ['done', 'end'],
      [
        'remind',
        'task',
        { title: 'Decide on {{ candidate.firstName }}', to: 'person', personId: person, due: 'P2D' },
      ],
      ['no', 'exit', { reason: 'Declined' }],
    ],
    edges: [
      ['ask', 'approved', 'screen'],
      ['ask', 'declined', 'no'],
      ['ask', 'timeout', 'remind'],
      ['reply', 'event', 'warm'],
      ['reply', 'timeout', 'working'],
      ['remind', 'next', 'morning'],
    ],
  }),

  'Staying in touch': ({ template, warm }, edition, idOf) => ({
    settings: {
      reentry: 'after-exit',
      cooldown: 'P30D',
      exitOn: leaves,
      exitWhen: { field: 'candidate.tags', op: 'contains', value: 'cold' },
      contact: { class: 'nurture', priority: 10, hours: office },
      goal: { events: ['application.received'], window: 'P90D', exit: true },
    },
    nodes: [
      ['start', 'tag-added', { tag: 'warm' }],
      ['out', 'holdout', { share: 10 }],
      [
        'lot',
        'split',
        {
          arms: [
            { port: 'a', weight: 2 },
            { port: 'b', weight: 1 },
          ],
        },
      ],
      ['letter', 'send-email', { templateId: template }],
      ['month', 'wait', { for: edition % 2 === 0 ? 'P1M' : 'P3W' }],
      ['again', 'repeat', { times: 3 }],
      [
        'keen',
        'wait-until-true',
        { when: { field: 'candidate.tags', op: 'contains', value: 'keen' }, timeout: 'P20D' },
      ],
      ['short', 'run-flow', { flowId: idOf('A short note'), waits: true, atMost: 'P10D' }],
      ['pool', 'add-to-pool', { poolId: warm }],
      ...(edition % 2 === 0 ? [] : ([['fresh', 'add-tag', { tag: 'kept' }]] as Node[])),
      ['done', 'end'],
      ['clicked', 'goal', { event: 'message.clicked' }],
      ['plain', 'send-email', { templateId: template, skipAfter: 'P3D' }],
      ['held', 'exit', { reason: 'Held out' }],
    ],
    edges: [
      ['out', 'in', 'lot'],
      ['out', 'out', 'held'],
      ['lot', 'a', 'letter'],
      ['lot', 'b', 'plain'],
      ['plain', 'next', 'keen'],
      ['again', 'again', 'letter'],
      ['again', 'done', 'keen'],
      ['keen', 'next', 'short'],
      ['keen', 'timeout', 'pool'],
      ...(['converted', 'ended', 'exited', 'refused', 'timeout'].map((port) => [
        'short',
        port,
        'pool',
      ]) as Edge[]),
      ['clicked', 'next', 'pool'],
    ],
  }),

  'A short note': ({ template }, edition) => ({
    settings: {
      reentry: 'always',
      exitOn: [...leaves, 'message.replied'],
      contact: { class: 'nurture', priority: 0 },
    },
    nodes: [
      ['start', 'started-by-flow'],
      ['note', 'send-email', { templateId: template }],
      ['wait', 'wait', { for: edition % 2 === 0 ? 'P2DT6H' : 'P2D' }],
      [
        'known',
        'branch',
        {
          cases: [
            { port: 'kept', label: 'Warm', when: { field: 'candidate.tags', op: 'contains', value: 'warm' } },
          ],
        },
      ],
      ['untag', 'remove-tag', { tag: 'keen' }],
      ['done', 'end'],
      ['left', 'exit', { reason: 'Not warm' }],
    ],
    edges: [
      ['known', 'kept', 'untag'],
      ['known', 'else', 'left'],
    ],
  }),

  Newsletter: ({ template, letters }, edition) => ({
    settings: { reentry: 'always', exitOn: leaves, contact: { class: 'marketing' } },
    nodes: [
      [
        'start',
        'schedule',
        {
          rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU',
          start: '2026-01-06',
          at: '08:00',
          window: 'P1D',
          poolId: letters,
        },
      ],
      [
        'letter',
        'send-email',
        { templateId: template, sendFrom: '10:00', sendTo: '12:00', sendDays: [2, 4], skipAfter: 'P5D' },
      ],
      ['wait', 'wait', { for: edition % 2 === 0 ? 'P1D' : 'P2D' }],
      ['done', 'end'],
    ],
  }),

  Birthday: ({ template }, edition) => ({
    settings: { reentry: 'always', exitOn: leaves, contact: { class: 'marketing', priority: 50 } },
    nodes: [
      ['start', 'date-comes', { field: 'candidate.custom.birthday', yearly: true, at: '09:00' }],
      [
        'night',
        'send-email',
        { templateId: template, urgent: edition % 2 === 1, sendFrom: '21:00', sendTo: '02:00' },
      ],
      ['done', 'end'],
    ],
  }),

  'Long silence': ({ template, letters, person }, edition) => ({
    settings: { reentry: 'after-exit', exitOn: leaves, contact: { class: 'nurture', priority: -5 } },
    nodes: [
      ['start', 'no-activity', { days: 40 }],
      ['owner', 'assign-owner', { to: 'person', personId: person, keep: true }],
      ['note', 'note', { body: 'Nothing heard of {{ candidate.firstName }}.' }],
      ['ask', 'send-email', { templateId: template, sendDays: [1, 2, 3, 4] }],
      ['reply', 'wait-for', { event: 'message.replied', timeout: edition % 2 === 0 ? 'P10D' : 'P12D' }],
      ['unpool', 'remove-from-pool', { poolId: letters }],
      ['done', 'end'],
      ['keen', 'add-tag', { tag: 'keen' }],
    ],
    edges: [
      ['reply', 'event', 'keen'],
      ['reply', 'timeout', 'unpool'],
      ['keen', 'next', 'done'],
    ],
  }),

  'Met at an event': ({ template }, edition) => ({
    settings: { reentry: 'once', maxOpen: 25, exitOn: leaves, contact: { class: 'nurture', hours: office } },
    nodes: [
      ['start', 'custom-event', { name: 'event-attended' }],
      ['hold', 'contact-hold', { action: 'on', for: 'P6D', covers: 'nurture' }],
      ['day', 'wait', { for: 'P1D' }],
      ['thanks', 'send-email', { templateId: template, skipAfter: edition % 2 === 0 ? 'P14D' : 'P9D' }],
      ['week', 'wait', { for: 'P1W' }],
      ['release', 'contact-hold', { action: 'off' }],
      ['done', 'end'],
    ],
  }),

  'Before the first day': ({ template, warm }, edition) => ({
    settings: { reentry: 'after-exit', exitOn: ['message.unsubscribed', 'application.withdrawn'] },
    nodes: [
      ['start', 'joined-pool', { poolId: warm }],
      [
        'eve',
        'wait-for-date',
        {
          field: 'candidate.custom.startDate',
          by: edition % 2 === 0 ? 'P3D' : 'P5D',
          side: 'before',
          time: '09:30',
        },
      ],
      ['welcome', 'send-email', { templateId: template, sendFrom: '07:00', sendTo: '20:00' }],
      ['done', 'end'],
      ['late', 'exit', { reason: 'The day is past' }],
    ],
    edges: [
      ['eve', 'past', 'late'],
      ['eve', 'next', 'welcome'],
    ],
  }),
};

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

export interface Flows {
  ids: Record<FlowName, string>;
  /** Draws the flow's next edition and publishes it; those on their way go over where `moves` says so, or leave. */
  publishNext(name: FlowName, moves: 'all' | 'some' | 'none', now: number): Promise<void>;
}

/** `seconds`: what is drawn to take days, weeks and months takes as many seconds, where nobody can skip time. */
export type Pace = 'days' | 'seconds';

function hurried(graph: Graph): Graph {
  const text = JSON.stringify(graph).replace(/"P(\d+)[DWM](T\d+H)?"/g, '"PT$1S"');
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
  const publish = async (name: FlowName, inFlight: InFlight[], at: number) => {
    const flowId = ids[name];
    await saveDraft(db, flowId, draw(name), (await readDraft(db, flowId))?.revision ?? null, at);
    const done = await publishFlow(db, { flowId, by: ground.person, note: '', inFlight, now: at });
    if (!done || !('versionId' in done))
      throw new Error(`“${name}” cannot be published: ${JSON.stringify(done)}`);
  };
  // The one that another runs has to be there first.
  for (const name of [...flowNames].reverse()) await publish(name, [], now);
  return {
    ids,
    async publishNext(name, moves, at) {
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
      await publish(name, inFlight, at);
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
