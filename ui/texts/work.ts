/** Texts of pipelines, pools, templates and Today. */
import { count, figure } from './plural.ts';

const pipelines = {
  title: 'Pipelines',
  allJobs: 'All jobs',
  job: 'Job',
  more: (n: number) => `${n} more`,
  emptyStage: 'Nobody here',
  age: (days: number) => `${days} d`,
  overdue: (target: number) => `Over the target of ${count(target, 'day')}`,
  moveTo: 'Move to',
  moved: (name: string, stage: string) => `${name} moved to ${stage}.`,
  movedBack: (name: string, stage: string) => `${name} is back in ${stage}.`,
  bottleneck: (stage: string) => `${stage} holds people up`,
  bottleneckText: (median: number, target: number) =>
    `Median stay ${count(median, 'day')} against a target of ${target}.`,
  over: (n: number, of: number) => `${n} of ${of}`,
  overText: 'are over it.',
  empty: {
    title: 'Nobody is in this pipeline',
    text: 'Applications arrive from your job board. You can also record one on a candidate.',
    source: 'Connect a source',
  },
  none: {
    title: 'Your hiring stages will be here',
    text: 'Start with the usual ones; every stage has a target of days. You can move people by hand or let a flow do it.',
    create: 'Create a pipeline',
  },
  starter: {
    name: 'Hiring',
    stages: ['Applied', 'Recruiter screen', 'Interview', 'Final interview', 'Offer', 'Hired', 'Keep warm'],
  },
  keysMove: 'Move to the next stage, or back',
  keysWalk: 'From card to card',
  median: 'Median days since people entered this stage, against its target',
};

const pools = {
  title: 'Pools',
  add: 'New pool',
  name: 'Name',
  description: 'What it is for',
  create: 'Create pool',
  created: (name: string) => `Pool “${name}” created.`,
  edit: 'Edit pool',
  changed: (name: string) => `Pool “${name}” changed.`,
  who: {
    label: 'Who is in it',
    hand: { label: 'People put in by hand', hint: 'You and your flows add them and take them out.' },
    condition: {
      label: 'Everyone who matches a condition',
      hint: 'People join and leave by themselves, as soon as something about them changes.',
    },
    group: 'The condition',
    missing: 'Say who belongs in it: add a condition.',
  },
  archive: {
    views: { label: 'Which pools', current: 'In use', archived: 'Archive' },
    put: 'Put into the archive',
    takeOut: 'Take out of the archive',
    badge: 'Archived',
    means: 'In the archive: nobody joins or leaves, and no flow may use it.',
    archived: (name: string, flows: string, n: number) =>
      n === 0
        ? `Pool “${name}” is in the archive.`
        : `Pool “${name}” is in the archive. ${flows} ${n === 1 ? 'uses it and stops' : 'use it and stop'} there.`,
    back: (name: string) => `Pool “${name}” is in use again.`,
    empty: {
      title: 'No pool is in the archive',
      text: 'A pool that is put away keeps its members and can be taken out again.',
    },
    all: 'All pools',
  },
  byCondition: 'By condition',
  everyoneFor: 'Everyone for whom:',
  noHands: 'The condition decides, so nobody is added or taken out by hand.',
  filling: 'Being filled',
  looking: (looked: number, of: number | null) =>
    of === null
      ? 'Looking through the candidates…'
      : `Looked at ${figure(Math.min(looked, of))} of about ${count(of, 'candidate')}.`,
  lookedAtSoon: 'No longer matches; leaves in a moment',
  noMatches: {
    title: 'Nobody matches yet',
    text: 'Whoever comes to match the condition joins by herself.',
  },
  preview: {
    title: 'What this changes',
    looking: 'Counting who joins and who leaves…',
    failed: 'It could not be counted just now who joins and who leaves.',
    byHand: 'Whoever is in the pool stays. From then on you add people and take them out yourself.',
    joins: (n: number, about: boolean) =>
      n === 0 ? 'Nobody joins' : `${about ? 'About ' : ''}${figure(n)} ${n === 1 ? 'joins' : 'join'}`,
    leaves: (n: number, about: boolean) =>
      n === 0 ? 'Nobody leaves' : `${about ? 'About ' : ''}${figure(n)} ${n === 1 ? 'leaves' : 'leave'}`,
    starts: {
      joined: 'starts for those who join and may enter it.',
      left: 'starts for those who leave and may enter it.',
    },
  },
  columns: {
    name: 'Pool',
    members: 'Members',
    created: 'Created',
    candidate: 'Candidate',
    joined: 'Joined',
    by: 'Added by',
    because: 'Because',
    tags: 'Tags',
  },
  members: (n: number) => count(n, 'member'),
  addMember: 'Add candidates',
  remove: 'Take out of the pool',
  removed: (name: string) => `${name} taken out.`,
  putBack: (name: string) => `${name} is in again.`,
  added: (name: string) => `${name} added.`,
  find: 'Name or address',
  seeInList: 'See as list',
  empty: {
    title: 'Groups of people to come back to',
    text: 'Silver medallists, meetup guests, people to call in spring. A flow can fill a pool, and joining one can start a flow.',
  },
  noMembers: {
    title: 'Nobody in this pool yet',
    text: 'Add people here, from the candidates list, or let a flow do it.',
  },
};

const templates = {
  title: 'Templates',
  add: 'New template',
  name: 'Name',
  subject: 'Subject',
  body: 'Text',
  save: 'Save',
  saved: (version: number) =>
    `Saved as version ${version}. Live flows keep theirs until you publish them again.`,
  created: (name: string) => `Template “${name}” created.`,
  version: (n: number) => `version ${n}`,
  previewFor: 'Preview for',
  sample: 'a sample candidate',
  choose: 'Another candidate',
  unsaved: 'Not saved yet',
  kept: (name: string) =>
    `${name ? `“${name}”` : 'The new template'} is not saved yet. It is kept while this page is open.`,
  goOn: 'Go on writing',
  insert: 'Insert',
  variables: 'Variables',
  noVariables: 'None yet: every candidate gets the same words.',
  orElse: (text: string) => `else “${text}”`,
  alwaysThere: 'always known',
  noElse: 'no “else”: not sent if empty',
  hint: 'Markdown. Variables stand in double braces, with what to write when they are empty: {{ candidate.firstName | default: "there" }}',
  problem: 'This cannot be sent yet',
  unknown: (name: string) => `“${name}” does not exist.`,
  starter: {
    subject: '{{ candidate.firstName | default: "Hello" }}, may we stay in touch?',
    body: 'Hi {{ candidate.firstName | default: "there" }},\n\n\n\nBest,\n{{ owner.firstName | default: "the team" }}',
  },
  columns: { name: 'Template', subject: 'Subject', version: 'Version', updated: 'Changed' },
  empty: {
    title: 'The words your flows send',
    text: 'A template is written once and filled for each candidate. You see it for a real person while you write.',
  },
  fallbacks: {
    'candidate.firstName': 'there',
    'job.title': 'the role',
    'owner.firstName': 'the team',
    'candidate.company': 'your company',
  } as Record<string, string>,
};

const today = {
  title: 'Today',
  replies: 'Replies',
  repliesText: 'in the last week',
  blocked: 'Stuck in a flow',
  blockedText: 'Someone has to decide; nobody is lost meanwhile.',
  failed: 'Mails that did not arrive',
  unknown: 'Mails of unknown fate',
  unknownText: 'Tell Tendril what happened; it will not send them twice.',
  none: 'All done',
  noneText: 'Tasks, replies, people who are stuck in a flow and mails that failed will be here.',
};

export const work = { pipelines, pools, templates, today };
