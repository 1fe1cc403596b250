/** Pure: the demo's three flows as graphs. Each has a goal; the second comes in two versions, to be compared. */
import type { Condition } from '../../engine/conditions/condition.ts';
import { describeNode, noNames } from '../../engine/flow/describe.ts';
import { layout } from '../../engine/flow/layout.ts';
import { type FlowNode, type FlowSettings, type Graph, graphSchema } from '../../engine/flow/schema.ts';
import type { Names } from '../../engine/steps/step.ts';
import { poolNames } from './pools.ts';
import { type TemplateKey, templateTexts } from './templates.ts';

export interface FlowParts {
  templates: Record<TemplateKey, string>;
  /** Pool ids. */
  silver: string;
  passive: string;
}

type Node = [id: string, type: string, data?: Record<string, unknown>];
/** `from` is a node, or `node.port`. */
type Edge = [from: string, to: string];

const leaveOn = ['candidate.hired', 'message.unsubscribed', 'message.bounced'];

function namesOf({ templates: ids, silver, passive }: Partial<FlowParts>): Names {
  const named = new Map(
    Object.entries(ids ?? {}).map(([key, id]) => [id, templateTexts[key as TemplateKey].name]),
  );
  const pools = new Map([
    [silver, poolNames.silver],
    [passive, poolNames.passive],
  ]);
  return { ...noNames, template: (id) => named.get(id) ?? null, pool: (id) => pools.get(id) ?? null };
}

/** Pixels, as the canvas draws it: long sentences take two lines. */
function heightOf(node: FlowNode, names: Names): number {
  if (node.type === 'end') return 36;
  return describeNode(node, names).summary.length > 26 ? 76 : 60;
}

function graph(names: Names, name: string, settings: FlowSettings, nodes: Node[], edges: Edge[]): Graph {
  return layout(
    graphSchema.parse({
      name,
      settings,
      nodes: nodes.map(([id, type, data = {}]) => ({ id, type, data, position: { x: 0, y: 0 } })),
      edges: edges.map(([from, target], index) => {
        const [source, sourceHandle = 'next'] = from.split('.');
        return { id: `e${index + 1}`, source, sourceHandle, target };
      }),
    }),
    (node) => heightOf(node, names),
  );
}

const stageIs = (stage: string): Condition => ({ field: 'application.stage', op: 'is', value: stage });
const has = (tag: string): Condition => ({ field: 'candidate.tags', op: 'contains', value: tag });

export const acknowledge = ({ templates }: FlowParts): Graph =>
  graph(
    namesOf({ templates }),
    'Applications: acknowledge and next steps',
    {
      reentry: 'always',
      exitOn: [...leaveOn, 'application.rejected', 'application.withdrawn'],
      goal: {
        events: ['application.stage-changed'],
        when: { field: 'event.to', op: 'is', value: 'Recruiter screen' },
        window: 'P14D',
        exit: true,
      },
    },
    [
      ['applied', 'application-received'],
      ['received', 'send-email', { templateId: templates.received }],
      ['time-to-read', 'wait', { for: 'P5D' }],
      [
        'still-there',
        'branch',
        { cases: [{ port: 'unread', label: 'Still in Applied', when: stageIs('Applied') }] },
      ],
      ['patience', 'send-email', { templateId: templates.patience }],
      ['moved', 'wait-for', { event: 'application.stage-changed', timeout: 'P9D' }],
      ['overdue', 'add-tag', { tag: 'answer overdue' }],
      ['done', 'end'],
      ['read', 'end'],
    ],
    [
      ['applied', 'received'],
      ['received', 'time-to-read'],
      ['time-to-read', 'still-there'],
      ['still-there.unread', 'patience'],
      ['still-there.else', 'read'],
      ['patience', 'moved'],
      ['moved.event', 'done'],
      ['moved.timeout', 'overdue'],
      ['overdue', 'done'],
    ],
  );

const stayInTouch = {
  reentry: 'after-exit' as const,
  exitOn: leaveOn,
  goal: { events: ['message.replied'], window: 'P30D', exit: false },
};
const silverName = 'Silver medallists: stay in touch';

export const silverFirst = ({ templates, silver }: FlowParts): Graph =>
  graph(
    namesOf({ templates, silver }),
    silverName,
    stayInTouch,
    [
      ['kept-warm', 'stage-changed', { to: 'Keep warm' }],
      ['thanks', 'send-email', { templateId: templates.thanks }],
      ['breathe', 'wait', { for: 'P3D' }],
      [
        'strong',
        'branch',
        { cases: [{ port: 'strong', label: 'Silver medallist', when: has('silver-medallist') }] },
      ],
      ['pool', 'add-to-pool', { poolId: silver }],
      ['ask', 'send-email', { templateId: templates.newRoles }],
      ['reply', 'wait-for', { event: 'message.replied', timeout: 'P14D' }],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['done', 'end'],
      ['others', 'end'],
      ['quiet', 'end'],
    ],
    [
      ['kept-warm', 'thanks'],
      ['thanks', 'breathe'],
      ['breathe', 'strong'],
      ['strong.strong', 'pool'],
      ['strong.else', 'others'],
      ['pool', 'ask'],
      ['ask', 'reply'],
      ['reply.event', 'warm'],
      ['reply.timeout', 'quiet'],
      ['warm', 'done'],
    ],
  );

/** Asks instead of announcing, later, and once more when nobody answered. */
export const silverSecond = ({ templates, silver }: FlowParts): Graph =>
  graph(
    namesOf({ templates, silver }),
    silverName,
    stayInTouch,
    [
      ['kept-warm', 'stage-changed', { to: 'Keep warm' }],
      ['thanks', 'send-email', { templateId: templates.thanks }],
      ['breathe', 'wait', { for: 'P5D' }],
      [
        'strong',
        'branch',
        { cases: [{ port: 'strong', label: 'Silver medallist', when: has('silver-medallist') }] },
      ],
      ['pool', 'add-to-pool', { poolId: silver }],
      ['ask', 'send-email', { templateId: templates.oneQuestion }],
      ['reply', 'wait-for', { event: 'message.replied', timeout: 'P14D' }],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['nudge', 'send-email', { templateId: templates.nudge }],
      ['last-reply', 'wait-for', { event: 'message.replied', timeout: 'P14D' }],
      ['done', 'end'],
      ['others', 'end'],
      ['quiet', 'end'],
    ],
    [
      ['kept-warm', 'thanks'],
      ['thanks', 'breathe'],
      ['breathe', 'strong'],
      ['strong.strong', 'pool'],
      ['strong.else', 'others'],
      ['pool', 'ask'],
      ['ask', 'reply'],
      ['reply.event', 'warm'],
      ['reply.timeout', 'nudge'],
      ['nudge', 'last-reply'],
      ['last-reply.event', 'warm'],
      ['last-reply.timeout', 'quiet'],
      ['warm', 'done'],
    ],
  );

export const drip = ({ templates, passive }: FlowParts): Graph =>
  graph(
    namesOf({ templates, passive }),
    'Passive talent: an occasional word',
    {
      reentry: 'once',
      exitOn: [...leaveOn, 'application.received'],
      goal: { events: ['message.replied'], window: 'P60D', exit: false },
    },
    [
      ['joined', 'joined-pool', { poolId: passive }],
      ['by-hand', 'manual'],
      ['hello', 'send-email', { templateId: templates.hello }],
      ['first-reply', 'wait-for', { event: 'message.replied', timeout: 'P10D' }],
      ['story', 'send-email', { templateId: templates.story }],
      ['read', 'wait-for', { event: 'message.clicked', timeout: 'P7D' }],
      ['coffee', 'send-email', { templateId: templates.coffee }],
      ['second-reply', 'wait-for', { event: 'message.replied', timeout: 'P21D' }],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['later', 'add-tag', { tag: 'ask again next year' }],
      ['done', 'end'],
      ['quiet', 'end'],
    ],
    [
      ['joined', 'hello'],
      ['by-hand', 'hello'],
      ['hello', 'first-reply'],
      ['first-reply.event', 'warm'],
      ['first-reply.timeout', 'story'],
      ['story', 'read'],
      ['read.event', 'coffee'],
      ['read.timeout', 'later'],
      ['coffee', 'second-reply'],
      ['second-reply.event', 'warm'],
      ['second-reply.timeout', 'later'],
      ['warm', 'done'],
      ['later', 'quiet'],
    ],
  );
