/** What the flows of a soak look like: between them every kind of wait, every turn a way can take, and all three kinds of contact. */
export type Node = [id: string, type: string, data?: Record<string, unknown>];
export type Edge = [source: string, port: string, target: string];

export interface Drawing {
  settings?: Record<string, unknown>;
  nodes: Node[];
  /** Those without an edge of their own lead to the node below by `next`. */
  edges?: Edge[];
}

/** What the flows refer to, by id. */
export interface Ground {
  template: string;
  /** A template with a place for a personal link. */
  invitation: string;
  /** Where another system listens. */
  bell: string;
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
  'Public holiday',
  'By invitation',
  'Told elsewhere',
] as const;
export type FlowName = (typeof flowNames)[number];

const leaves = ['candidate.hired', 'message.unsubscribed'];
const office = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] };

/** `edition` 0 is drawn at first; later ones differ in their waits and have a step more, or one fewer. */
export const drawings: Record<
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

  'Public holiday': ({ template }, edition) => ({
    settings: { reentry: 'always', exitOn: leaves, contact: { class: 'marketing', priority: 20 } },
    nodes: [
      ['start', 'holiday', { at: '10:00' }],
      [
        'wish',
        'send-email',
        {
          templateId: template,
          skipAfter: edition % 2 === 0 ? 'P2D' : 'P1D',
          sendFrom: '08:00',
          sendTo: '20:00',
        },
      ],
      ['done', 'end'],
    ],
  }),

  'By invitation': ({ invitation }, edition) => ({
    settings: {
      reentry: 'after-exit',
      exitOn: [...leaves, 'consent.withdrawn'],
      contact: { class: 'nurture' },
    },
    nodes: [
      ['start', 'manual'],
      ['survey', 'survey', { templateId: invitation, name: 'How it went' }],
      ['answer', 'wait-for', { event: 'survey.answered', timeout: edition % 2 === 0 ? 'P6D' : 'P8D' }],
      ['choose', 'schedule-interview', { templateId: invitation, name: 'A talk' }],
      ['booked', 'wait-for', { event: 'interview.booked', timeout: 'P8D' }],
      ['talk', 'wait-for', { event: 'interview.done', timeout: 'P10D' }],
      ['evening', 'invite-to-event', { templateId: invitation, name: 'Open evening' }],
      ['came', 'wait-for', { event: 'custom.event-attended', timeout: 'P9D' }],
      ['consent', 'request-consent', { templateId: invitation, lasts: 'P60D' }],
      ['given', 'wait-for', { event: 'consent.given', timeout: 'P5D' }],
      ['tag', 'add-tag', { tag: 'consented' }],
      ['done', 'end'],
      ['no', 'exit', { reason: 'Never answered' }],
    ],
    edges: [
      ['answer', 'event', 'choose'],
      ['answer', 'timeout', 'evening'],
      ['booked', 'event', 'talk'],
      ['booked', 'timeout', 'evening'],
      ['talk', 'event', 'evening'],
      ['talk', 'timeout', 'evening'],
      ['came', 'event', 'consent'],
      ['came', 'timeout', 'no'],
      ['given', 'event', 'tag'],
      ['given', 'timeout', 'done'],
    ],
  }),

  'Told elsewhere': ({ bell, person }, edition) => ({
    settings: { reentry: 'always', exitOn: [...leaves, 'application.withdrawn'] },
    nodes: [
      ['start', 'stage-changed'],
      ['keen', 'tag-added', { tag: 'keen' }],
      [
        'tell',
        'call-webhook',
        {
          url: bell,
          body: '{"id": "{{ candidate.id }}"}',
          patience: edition % 2 === 0 ? 'P2D' : 'P1D',
        },
      ],
      ['told', 'set-field', { field: 'candidate.custom.told', value: 'yes' }],
      ['done', 'end'],
      ['refused', 'note', { body: 'Refused elsewhere.' }],
      ['over', 'end'],
      [
        'silent',
        'notify',
        { via: 'app', to: 'person', personId: person, text: 'No answer about {{ candidate.firstName }}.' },
      ],
      ['left', 'exit', { reason: 'No answer' }],
    ],
    edges: [
      ['start', 'next', 'tell'],
      ['tell', 'success', 'told'],
      ['tell', 'failure', 'refused'],
      ['tell', 'timeout', 'silent'],
    ],
  }),
};
