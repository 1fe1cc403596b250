/** Every step type and trigger in the registries: what fits it, what does not, and what is only just right. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeNode, draftPorts, noNames, typeOf } from '../../engine/flow/describe.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { beginningOf } from '../../engine/simulate/beginning.ts';
import { steps } from '../../engine/steps/index.ts';
import * as calendar from '../../engine/time/recurrence.ts';
import { triggers } from '../../engine/triggers/index.ts';
import { flow } from '../contract/flows.ts';
import { application, facts, now } from './people.ts';

type Told = Record<string, unknown>;

interface Cases {
  /** With the node's sentence. */
  good: [data: Told, summary: string][];
  /** With the problem's code and field. */
  bad: [data: Told, problem: string][];
}

const warm = { field: 'candidate.tags', op: 'contains', value: 'warm' };
const long = (length: number) => 'x'.repeat(length);

/** In whose name a step that writes a mail may do so. */
const inNameOf = (data: Told, summary: string): Cases['good'] => [
  [{ ...data, from: 'workspace' }, summary],
  [{ ...data, from: 'owner' }, `${summary} as the owner`],
  [{ ...data, from: 'sender', senderId: 'team' }, `${summary} as Halden careers`],
  // Who was chosen before it was the owner does not matter any more.
  [{ ...data, from: 'owner', senderId: 'gone' }, `${summary} as the owner`],
];
const inNameOfNobody = (data: Told): Cases['bad'] => [
  [{ ...data, from: 'nobody' }, 'field-bad from'],
  [{ ...data, from: 'sender' }, 'field-missing senderId'],
  [{ ...data, from: 'sender', senderId: 'gone' }, 'sender-missing senderId'],
];

const cases: Record<string, Cases> = {
  wait: {
    good: [
      [{ for: 'P3D' }, 'Wait 3 days'],
      [{ for: 'PT1S' }, 'Wait 1 second'],
      [{ for: 'P10Y' }, 'Wait 10 years'],
      [{ for: 'P3D', count: 'working', skipHolidays: true }, 'Wait 3 working days'],
      [{ for: 'P1W', count: 'working' }, 'Wait 5 working days'],
      [{ for: 'PT2H', count: 'all' }, 'Wait 2 hours'],
    ],
    bad: [
      [{}, 'field-missing for'],
      [{ for: '' }, 'field-missing for'],
      [{ for: 'PT0S' }, 'duration-bad for'],
      [{ for: '-P1D' }, 'duration-bad for'],
      [{ for: 'P11Y' }, 'duration-bad for'],
      [{ for: 'tomorrow' }, 'duration-bad for'],
      [{ for: 3 }, 'duration-bad for'],
      [{ for: 'PT2H', count: 'working' }, 'field-bad count'],
      [{ for: 'P1M', count: 'working' }, 'field-bad count'],
      [{ for: 'P1D', count: 'some' }, 'field-bad count'],
    ],
  },
  'wait-until': {
    good: [
      [{ time: '09:00', weekdays: [1, 2, 3, 4, 5] }, 'Wait until next weekday 9:00'],
      [{ time: '00:00' }, 'Wait until next 0:00'],
      [
        { time: '10:30', weekdays: [3, 1], skipHolidays: true },
        'Wait until next Mon or Wed 10:30, no public holiday',
      ],
      [{ time: '09:00', latest: '17:00', weekdays: [] }, 'Wait until between 9:00 and 17:00'],
      [{ time: '22:00', latest: '06:00', weekdays: [5] }, 'Wait until Fri between 22:00 and 6:00'],
    ],
    bad: [
      [{}, 'field-missing time'],
      [{ time: '9:00' }, 'field-bad time'],
      [{ time: '24:00' }, 'field-bad time'],
      [{ time: '09:00', latest: 'noon' }, 'field-bad latest'],
      [{ time: '09:00', latest: '09:00' }, 'field-bad latest'],
      [{ time: '09:00', weekdays: [0] }, 'field-bad weekdays'],
      [{ time: '09:00', weekdays: ['Mon'] }, 'field-bad weekdays'],
    ],
  },
  'wait-for-date': {
    good: [
      [{ field: 'candidate.custom.startDate', time: '09:00' }, 'Wait until startDate, 9:00'],
      [
        { field: 'application.appliedAt', by: 'P3D', side: 'before', time: '09:00' },
        'Wait until 3 days before Applied, 9:00',
      ],
      [{ field: 'candidate.createdAt', by: 'P1Y' }, 'Wait until 1 year after Known since'],
    ],
    bad: [
      [{}, 'field-missing field'],
      [{ field: 'candidate.firstName' }, 'field-bad field'],
      [{ field: 'event.date' }, 'field-bad field'],
      [{ field: 'candidate.createdAt', by: 'soon' }, 'duration-bad by'],
      [{ field: 'candidate.createdAt', side: 'around' }, 'field-bad side'],
      [{ field: 'candidate.createdAt', time: '9' }, 'field-bad time'],
    ],
  },
  'wait-until-true': {
    good: [
      [{ when: warm, timeout: 'P14D' }, 'Wait 14 days for a condition'],
      [{ when: { not: warm }, timeout: 'PT1M' }, 'Wait 1 minute for a condition'],
    ],
    bad: [
      [{ timeout: 'P1D' }, 'field-missing when'],
      [{ when: warm }, 'field-missing timeout'],
      [{ when: { any: [] }, timeout: 'P1D' }, 'condition-empty when'],
      [{ when: warm, timeout: 'P11Y' }, 'duration-bad timeout'],
      [
        { when: { field: 'event.to', op: 'is', value: 'Hired' }, timeout: 'P1D' },
        'condition-event-absent when',
      ],
    ],
  },
  'wait-for': {
    good: [
      [{ event: 'note.added', timeout: 'P14D' }, 'Wait 14 days for a note'],
      [{ event: 'custom.signed', timeout: 'PT1M', when: warm }, 'Wait 1 minute for “signed”'],
      [{ event: 'message.replied', timeout: 'P1W', scope: 'anyone' }, 'Wait 1 week for a reply'],
    ],
    bad: [
      [{ timeout: 'P1D' }, 'field-missing event'],
      [{ event: 'note.added' }, 'field-missing timeout'],
      [{ event: 'weather.changed', timeout: 'P1D' }, 'event-unknown event'],
      [{ event: 'custom.', timeout: 'P1D' }, 'event-unknown event'],
      [{ event: 'note.added', timeout: 'never' }, 'duration-bad timeout'],
      [{ event: 'note.added', timeout: 'P1D', scope: 'nobody' }, 'field-bad scope'],
      [{ event: 'note.added', timeout: 'P1D', when: { field: 'candidate.tags' } }, 'field-bad when'],
      [{ event: 'note.added', timeout: 'P1D', when: { all: [] } }, 'condition-empty when'],
    ],
  },
  branch: {
    good: [
      [{ cases: [{ port: 'a', when: warm }] }, 'a?'],
      [
        {
          cases: [
            { port: 'a', label: 'Warm', when: warm },
            { port: 'b', when: { not: warm } },
          ],
        },
        'Warm or b?',
      ],
    ],
    bad: [
      [{}, 'cases-missing cases'],
      [{ cases: [] }, 'cases-missing cases'],
      [{ cases: [{ port: 'a' }] }, 'field-bad cases'],
      [{ cases: Array.from({ length: 21 }, (_, n) => ({ port: `p${n}`, when: warm })) }, 'field-bad cases'],
      [{ cases: [{ port: 'else', when: warm }] }, 'port-reserved cases'],
      [
        {
          cases: [
            { port: 'a', when: warm },
            { port: 'a', when: warm },
          ],
        },
        'port-repeated cases',
      ],
      [{ cases: [{ port: 'a', when: { any: [] } }] }, 'condition-empty cases'],
    ],
  },
  split: {
    good: [
      [
        {
          arms: [
            { port: 'a', label: 'Short', weight: 2 },
            { port: 'b', weight: 1 },
          ],
        },
        'Split Short 67 %, b 33 %',
      ],
      [
        {
          arms: [
            { port: 'a', weight: 0 },
            { port: 'b', weight: 0.5 },
          ],
        },
        'Split a 0 %, b 100 %',
      ],
    ],
    bad: [
      [{}, 'arms-missing arms'],
      [{ arms: [{ port: 'a', weight: 1 }] }, 'arms-missing arms'],
      [{ arms: [{ port: 'a', weight: 1 }, { port: 'b' }] }, 'field-bad arms'],
      [
        {
          arms: [
            { port: 'a', weight: 1 },
            { port: 'b', weight: -1 },
          ],
        },
        'field-bad arms',
      ],
      [
        {
          arms: [
            { port: 'a', weight: 0 },
            { port: 'b', weight: 0 },
          ],
        },
        'field-bad arms',
      ],
      [
        {
          arms: [
            { port: 'a', weight: 1 },
            { port: 'a', weight: 1 },
          ],
        },
        'port-repeated arms',
      ],
      [{ arms: Array.from({ length: 21 }, (_, n) => ({ port: `p${n}`, weight: 1 })) }, 'field-bad arms'],
    ],
  },
  holdout: {
    good: [
      [{ share: 10 }, 'Hold 10 % out'],
      [{ share: 1 }, 'Hold 1 % out'],
      [{ share: 99 }, 'Hold 99 % out'],
    ],
    bad: [
      [{}, 'field-missing share'],
      [{ share: 0 }, 'field-bad share'],
      [{ share: 100 }, 'field-bad share'],
      [{ share: 'half' }, 'field-bad share'],
    ],
  },
  repeat: {
    good: [
      [{ times: 1 }, 'Repeat once'],
      [{ times: 2 }, 'Repeat twice'],
      [{ times: 1000 }, 'Repeat 1000 times'],
    ],
    bad: [
      [{}, 'field-missing times'],
      [{ times: 0 }, 'field-bad times'],
      [{ times: 1.5 }, 'field-bad times'],
      [{ times: 1001 }, 'field-bad times'],
    ],
  },
  goal: {
    good: [
      [{ event: 'note.added' }, 'Goal: a note'],
      [{ event: 'message.replied', when: warm }, 'Goal: a reply'],
      [{ event: 'custom.signed' }, 'Goal: “signed”'],
    ],
    bad: [
      [{}, 'field-missing event'],
      [{ event: 'weather.changed' }, 'event-unknown event'],
      [{ event: 'note.added', when: { all: [] } }, 'condition-empty when'],
    ],
  },
  'run-flow': {
    good: [
      [{ flowId: 'f' }, 'Run “Nurture”'],
      [{ flowId: 'f', waits: false, atMost: 'P3D' }, 'Run “Nurture”'],
      [{ flowId: 'f', waits: true, atMost: 'P30D' }, 'Run “Nurture” and wait 30 days for its end'],
    ],
    bad: [
      [{}, 'field-missing flowId'],
      [{ flowId: 'gone' }, 'flow-missing flowId'],
      [{ flowId: 'f', waits: true }, 'field-missing atMost'],
      [{ flowId: 'f', waits: true, atMost: 'PT0S' }, 'duration-bad atMost'],
      [{ flowId: 'f', waits: 'yes' }, 'field-bad waits'],
    ],
  },
  exit: {
    good: [
      [{ reason: 'Not interested' }, 'Leave: Not interested'],
      [{ reason: ` ${long(200)} ` }, `Leave: ${long(200)}`],
    ],
    bad: [
      [{}, 'field-missing reason'],
      [{ reason: '  ' }, 'field-missing reason'],
      [{ reason: long(201) }, 'field-bad reason'],
    ],
  },
  'send-email': {
    good: [
      [{ templateId: 't' }, 'Send “Thanks”'],
      [{ templateId: 't', urgent: true, skipAfter: 'P2D' }, 'Send “Thanks”'],
      [{ templateId: 't', sendFrom: '09:00', sendTo: '17:00', sendDays: [1, 2] }, 'Send “Thanks”'],
      [{ templateId: 't', sendFrom: '22:00', sendTo: '06:00' }, 'Send “Thanks”'],
      ...inNameOf({ templateId: 't' }, 'Send “Thanks”'),
    ],
    bad: [
      [{ templateId: 't', sendFrom: '9' }, 'field-bad sendFrom'],
      [{ templateId: 't', sendTo: '24:00' }, 'field-bad sendTo'],
      [{ templateId: 't', sendDays: [8] }, 'field-bad sendDays'],
      [{ templateId: 't', skipAfter: 'soon' }, 'duration-bad skipAfter'],
      [{}, 'field-missing templateId'],
      [{ templateId: '' }, 'field-missing templateId'],
      [{ templateId: 'gone' }, 'template-missing templateId'],
      [{ templateId: 'link' }, 'link-nowhere templateId'],
      ...inNameOfNobody({ templateId: 't' }),
    ],
  },
  'contact-hold': {
    good: [
      [{ action: 'on', for: 'P14D' }, 'Hold contact for 14 days'],
      [{ action: 'on', for: 'P3D', covers: 'everything' }, 'Hold contact for 3 days'],
      [{ action: 'off' }, 'Let flows write again'],
    ],
    bad: [
      [{}, 'field-missing action'],
      [{ action: 'on' }, 'field-missing for'],
      [{ action: 'on', for: 'soon' }, 'duration-bad for'],
      [{ action: 'pause', for: 'P1D' }, 'field-bad action'],
      [{ action: 'on', for: 'P1D', covers: 'some' }, 'field-bad covers'],
    ],
  },
  'move-stage': {
    good: [
      [{ stage: 'Hired' }, 'Move to Hired'],
      [{ stage: ' phone SCREEN ' }, 'Move to phone SCREEN'],
    ],
    bad: [
      [{}, 'field-missing stage'],
      [{ stage: '  ' }, 'field-missing stage'],
      [{ stage: 'Limbo' }, 'stage-missing stage'],
    ],
  },
  'add-to-pool': {
    good: [[{ poolId: 'p' }, 'Add to “Silver medallists”']],
    bad: [
      [{}, 'field-missing poolId'],
      [{ poolId: 'gone' }, 'pool-missing poolId'],
      [{ poolId: 7 }, 'field-bad poolId'],
    ],
  },
  'add-tag': {
    good: [
      [{ tag: 'warm' }, 'Add tag “warm”'],
      [{ tag: ` ${long(100)} ` }, `Add tag “${long(100)}”`],
    ],
    bad: [
      [{}, 'field-missing tag'],
      [{ tag: ' ' }, 'field-missing tag'],
      [{ tag: long(101) }, 'field-bad tag'],
    ],
  },
  'remove-tag': {
    good: [[{ tag: ' warm ' }, 'Remove tag “warm”']],
    bad: [
      [{}, 'field-missing tag'],
      [{ tag: ' ' }, 'field-missing tag'],
      [{ tag: long(101) }, 'field-bad tag'],
    ],
  },
  'remove-from-pool': {
    good: [[{ poolId: 'p' }, 'Remove from “Silver medallists”']],
    bad: [
      [{}, 'field-missing poolId'],
      [{ poolId: 'gone' }, 'pool-missing poolId'],
    ],
  },
  'close-application': {
    good: [
      [{ as: 'rejected', reason: 'Position filled' }, 'Reject: Position filled'],
      [{ as: 'withdrawn', reason: long(300) }, `Withdraw: ${long(300)}`],
    ],
    bad: [
      [{ as: 'rejected' }, 'field-missing reason'],
      [{ as: 'rejected', reason: ' ' }, 'field-missing reason'],
      [{ as: 'rejected', reason: long(301) }, 'field-bad reason'],
      [{ reason: 'Position filled' }, 'field-missing as'],
      [{ as: 'hired', reason: 'Position filled' }, 'field-bad as'],
    ],
  },
  'set-field': {
    good: [
      [{ field: 'candidate.headline', value: 'Engineer' }, 'Set Headline to “Engineer”'],
      [{ field: 'candidate.headline' }, 'Clear Headline'],
      [{ field: 'candidate.custom.level', value: '4', as: 'number' }, 'Set level to “4”'],
      [{ field: 'candidate.timeZone', value: 'Europe/Lisbon' }, 'Set Time zone to “Europe/Lisbon”'],
      [{ field: 'candidate.timeZone', value: '{{ job.location }}' }, 'Set Time zone to “[Job’s location]”'],
    ],
    bad: [
      [{}, 'field-missing field'],
      [{ field: 'candidate.email', value: 'a@b.example' }, 'field-bad field'],
      [{ field: 'candidate.custom.__proto__', value: 'x' }, 'field-bad field'],
      [{ field: 'candidate.timeZone', value: 'Lisbon' }, 'field-bad value'],
      [{ field: 'candidate.country', value: 'Portugal' }, 'field-bad value'],
      [{ field: 'candidate.headline', value: long(301) }, 'field-bad value'],
      [{ field: 'candidate.custom.level', value: 'four', as: 'number' }, 'field-bad value'],
      [{ field: 'candidate.headline', value: 'x', as: 'colour' }, 'field-bad as'],
      [{ field: 'candidate.headline', value: '{{ job.tilte }}' }, 'text-variable-unknown value'],
      [{ field: 'candidate.headline', value: '{{ job.title' }, 'text-broken value'],
    ],
  },
  'assign-owner': {
    good: [
      [{ to: 'person', personId: 'u' }, 'Make Bea Klein the owner'],
      [{ to: 'turn', peopleIds: ['u'], keep: true }, 'Make Bea Klein in turn the owner'],
      [{ to: 'load', peopleIds: ['u', 'v'] }, 'Make one of 2 people by load the owner'],
    ],
    bad: [
      [{}, 'field-missing to'],
      [{ to: 'owner' }, 'field-bad to'],
      [{ to: 'person' }, 'field-missing personId'],
      [{ to: 'person', personId: 'gone' }, 'person-missing personId'],
      [{ to: 'turn' }, 'field-missing peopleIds'],
      [{ to: 'load', peopleIds: [] }, 'field-bad peopleIds'],
      [{ to: 'turn', peopleIds: ['u', 'gone'] }, 'person-missing peopleIds'],
      [{ to: 'person', personId: 'u', keep: 'yes' }, 'field-bad keep'],
    ],
  },
  note: {
    good: [
      [{ body: 'Met {{ candidate.firstName }}' }, 'Note: Met [First name]'],
      [{ body: long(20_000) }, `Note: ${long(59)}…`],
    ],
    bad: [
      [{}, 'field-missing body'],
      [{ body: ' ' }, 'field-missing body'],
      [{ body: long(20_001) }, 'field-bad body'],
      [{ body: '{{ candidate.nickname }}' }, 'text-variable-unknown body'],
      [{ body: '{% if %}' }, 'text-broken body'],
    ],
  },
  task: {
    good: [
      [{ title: 'Call', to: 'owner' }, 'Task for the owner: Call'],
      [
        { title: 'Call', body: 'At noon', to: 'person', personId: 'u', due: 'P2D' },
        'Task for Bea Klein: Call',
      ],
      [{ title: 'Call', to: 'turn', peopleIds: ['u', 'v'] }, 'Task for one of 2 people in turn: Call'],
    ],
    bad: [
      [{ to: 'owner' }, 'field-missing title'],
      [{ title: long(301), to: 'owner' }, 'field-bad title'],
      [{ title: 'Call' }, 'field-missing to'],
      [{ title: 'Call', to: 'person' }, 'field-missing personId'],
      [{ title: 'Call', to: 'owner', due: 'soon' }, 'duration-bad due'],
      [{ title: '{{ job.titel }}', to: 'owner' }, 'text-variable-unknown title'],
      [{ title: 'Call', body: '{{ job.titel }}', to: 'owner' }, 'text-variable-unknown body'],
    ],
  },
  approval: {
    good: [
      [{ title: 'Invite?', to: 'owner', timeout: 'P3D' }, 'Wait 3 days for the owner: Invite?'],
      [
        { title: 'Invite?', to: 'person', personId: 'u', timeout: 'PT1M' },
        'Wait 1 minute for Bea Klein: Invite?',
      ],
    ],
    bad: [
      [{ to: 'owner', timeout: 'P3D' }, 'field-missing title'],
      [{ title: 'Invite?', to: 'owner' }, 'field-missing timeout'],
      [{ title: 'Invite?', to: 'owner', timeout: 'never' }, 'duration-bad timeout'],
      [{ title: 'Invite?', to: 'load', timeout: 'P3D' }, 'field-missing peopleIds'],
      [{ title: 'Invite?', to: 'person', personId: 'gone', timeout: 'P3D' }, 'person-missing personId'],
      [{ title: '{{ x }}', to: 'owner', timeout: 'P3D' }, 'text-variable-unknown title'],
    ],
  },
  notify: {
    good: [
      [{ via: 'app', to: 'owner', text: 'Replied' }, 'Tell the owner: Replied'],
      [{ via: 'app', to: 'person', personId: 'u', text: 'Replied' }, 'Tell Bea Klein: Replied'],
      [{ via: 'app', to: 'role', role: 'admin', text: 'Replied' }, 'Tell every admin: Replied'],
      [{ via: 'email', to: 'owner', text: 'Replied\nCall her' }, 'Mail the owner: Replied Call her'],
      [{ via: 'email', to: 'role', role: 'viewer', text: 'Replied' }, 'Mail every viewer: Replied'],
      [{ via: 'chat', chat: 'slack', secretId: 's', text: 'Replied' }, 'Post to Slack: Replied'],
      // Who was meant before it was to go to a chat does not matter any more.
      [
        { via: 'chat', chat: 'teams', secretId: 's', to: 'person', text: 'Replied' },
        'Post to Teams: Replied',
      ],
    ],
    bad: [
      [{ to: 'owner', text: 'Replied' }, 'field-missing via'],
      [{ via: 'pigeon', to: 'owner', text: 'Replied' }, 'field-bad via'],
      [{ via: 'app', text: 'Replied' }, 'field-missing to'],
      [{ via: 'app', to: 'owner' }, 'field-missing text'],
      [{ via: 'app', to: 'owner', text: long(1001) }, 'field-bad text'],
      [{ via: 'app', to: 'person', text: 'Replied' }, 'field-missing personId'],
      [{ via: 'app', to: 'person', personId: 'gone', text: 'Replied' }, 'person-missing personId'],
      [{ via: 'app', to: 'role', text: 'Replied' }, 'field-missing role'],
      [{ via: 'app', to: 'owner', text: '{{ x }}' }, 'text-variable-unknown text'],
      [{ via: 'email', text: 'Replied' }, 'field-missing to'],
      [{ via: 'email', to: 'person', text: 'Replied' }, 'field-missing personId'],
      [{ via: 'chat', secretId: 's', text: 'Replied' }, 'field-missing chat'],
      [{ via: 'chat', chat: 'smoke', secretId: 's', text: 'Replied' }, 'field-bad chat'],
      [{ via: 'chat', chat: 'slack', text: 'Replied' }, 'field-missing secretId'],
      [{ via: 'chat', chat: 'slack', secretId: 'gone', text: 'Replied' }, 'secret-missing secretId'],
      [{ via: 'chat', chat: 'slack', secretId: 's', text: '{{ x }}' }, 'text-variable-unknown text'],
    ],
  },
  end: { good: [[{}, 'End']], bad: [] },
  'application-received': {
    good: [
      [{}, 'Applies for any job'],
      [{ source: 'greenhouse', jobId: 'j' }, 'Applies for Engineer through Greenhouse'],
      [{ when: warm }, 'Applies for any job'],
    ],
    bad: [
      [{ jobId: 'gone' }, 'job-missing jobId'],
      [{ when: { any: [] } }, 'condition-empty when'],
      [{ source: 7 }, 'field-bad source'],
    ],
  },
  'stage-changed': {
    good: [
      [{}, 'Stage changes'],
      [{ to: 'Hired' }, 'Stage becomes Hired'],
      [{ from: 'Phone screen' }, 'Leaves Phone screen'],
      [{ from: 'Phone screen', to: 'Hired' }, 'Moves from Phone screen to Hired'],
      [{ to: 'Hired', pipelineId: 'l' }, 'Stage becomes Hired in “Engineering”'],
    ],
    bad: [
      [{ to: 'Limbo' }, 'stage-missing to'],
      [{ from: 7 }, 'field-bad from'],
      [{ pipelineId: 'gone' }, 'pipeline-missing pipelineId'],
    ],
  },
  'joined-pool': {
    good: [[{ poolId: 'p' }, 'Joins “Silver medallists”']],
    bad: [
      [{}, 'field-missing poolId'],
      [{ poolId: 'gone' }, 'pool-missing poolId'],
    ],
  },
  'left-pool': {
    good: [[{ poolId: 'p' }, 'Leaves “Silver medallists”']],
    bad: [
      [{}, 'field-missing poolId'],
      [{ poolId: 'gone' }, 'pool-missing poolId'],
    ],
  },
  'tag-added': {
    good: [
      [{}, 'Gets any tag'],
      [{ tag: 'warm' }, 'Gets the tag “warm”'],
    ],
    bad: [
      [{ tag: ' ' }, 'field-missing tag'],
      [{ tag: long(101) }, 'field-bad tag'],
    ],
  },
  'tag-removed': {
    good: [
      [{}, 'Loses any tag'],
      [{ tag: 'warm' }, 'Loses the tag “warm”'],
    ],
    bad: [[{ tag: 7 }, 'field-bad tag']],
  },
  'field-changed': {
    good: [
      [{ field: 'candidate.country' }, 'Country changes'],
      [{ field: 'candidate.custom.seniority', when: warm }, 'seniority changes'],
    ],
    bad: [
      [{}, 'field-missing field'],
      [{ field: 'application.stage' }, 'field-bad field'],
      [{ field: 'candidate.shoeSize' }, 'field-bad field'],
      [{ field: 'candidate.country', when: { all: [] } }, 'condition-empty when'],
    ],
  },
  'hold-changed': {
    good: [
      [{ what: 'set' }, 'Contact is held'],
      [{ what: 'ended', when: warm }, 'A hold on contact ends'],
    ],
    bad: [
      [{}, 'field-missing what'],
      [{ what: 'forgotten' }, 'field-bad what'],
      [{ what: 'ended', when: { all: [] } }, 'condition-empty when'],
    ],
  },
  'message-outcome': {
    good: [
      [{ what: 'replied' }, 'Replies'],
      [{ what: 'clicked', templateId: 't' }, 'Follows a link to “Thanks”'],
      [{ what: 'unsubscribed', flowId: 'f' }, 'Unsubscribes in “Nurture”'],
    ],
    bad: [
      [{}, 'field-missing what'],
      [{ what: 'opened' }, 'field-bad what'],
      [{ what: 'replied', templateId: 'gone' }, 'template-missing templateId'],
      [{ what: 'bounced', flowId: 'gone' }, 'flow-missing flowId'],
    ],
  },
  interview: {
    good: [
      [{ what: 'booked' }, 'An interview is booked'],
      [{ what: 'done', when: warm }, 'An interview is over'],
    ],
    bad: [
      [{}, 'field-missing what'],
      [{ what: 'moved' }, 'field-bad what'],
      [{ what: 'cancelled', when: { any: [] } }, 'condition-empty when'],
    ],
  },
  'form-answered': {
    good: [
      [{ what: 'form' }, 'Sends in any form'],
      [{ what: 'survey', name: 'First day' }, 'Answers “First day”'],
    ],
    bad: [
      [{}, 'field-missing what'],
      [{ what: 'poll' }, 'field-bad what'],
      [{ what: 'form', name: ' ' }, 'field-missing name'],
    ],
  },
  'custom-event': {
    good: [
      [{ name: 'event-attended' }, '“event-attended” happens'],
      [{ name: '7.signed', when: warm }, '“7.signed” happens'],
    ],
    bad: [
      [{}, 'field-missing name'],
      [{ name: 'Event attended' }, 'field-bad name'],
      [{ name: '-' }, 'field-bad name'],
      [{ name: 'signed', when: { any: [] } }, 'condition-empty when'],
    ],
  },
  'application-closed': {
    good: [
      [{ how: 'rejected' }, 'Is rejected'],
      [{ how: 'hired', jobId: 'j' }, 'Is hired for Engineer'],
    ],
    bad: [
      [{}, 'field-missing how'],
      [{ how: 'ghosted' }, 'field-bad how'],
      [{ how: 'withdrawn', jobId: 'gone' }, 'job-missing jobId'],
    ],
  },
  'date-comes': {
    good: [
      [{ field: 'candidate.custom.birthday', yearly: true, at: '09:00' }, '“birthday” comes, every year'],
      [
        { field: 'candidate.custom.startDate', offset: 'P1W', side: 'before', at: '08:30' },
        '1 week before “startDate”',
      ],
      [{ field: 'application.appliedAt', offset: 'P1M', at: '00:00' }, '1 month after “Applied”'],
      [
        { field: 'candidate.consentUntil', offset: 'P30D', side: 'before', at: '09:00' },
        '30 days before “Consent until”',
      ],
    ],
    bad: [
      [{ at: '09:00' }, 'field-missing field'],
      [{ field: 'candidate.firstName', at: '09:00' }, 'field-bad field'],
      [{ field: 'candidate.createdAt' }, 'field-missing at'],
      [{ field: 'candidate.createdAt', at: '24:00' }, 'field-bad at'],
      [{ field: 'candidate.createdAt', at: '09:00', offset: 'PT2H' }, 'duration-bad offset'],
      [{ field: 'candidate.createdAt', at: '09:00', offset: 'P1D', side: 'beside' }, 'field-bad side'],
    ],
  },
  holiday: {
    good: [
      [{ at: '09:00' }, 'A public holiday comes'],
      [{ name: 'New Year’s Day', at: '00:00' }, '“New Year’s Day” comes'],
    ],
    bad: [
      [{}, 'field-missing at'],
      [{ at: '9' }, 'field-bad at'],
      [{ at: '09:00', name: ' ' }, 'field-missing name'],
    ],
  },
  schedule: {
    good: [
      [{ rule: 'FREQ=DAILY', start: '2026-01-05', at: '00:00', when: warm }, 'Every day for whoever fits'],
      [
        { rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', start: '2026-01-05', at: '09:00', poolId: 'p' },
        'Every 2 weeks on Monday and Thursday for “Silver medallists”',
      ],
      [
        {
          rule: 'FREQ=MONTHLY;BYDAY=-1FR',
          start: '2024-02-29',
          at: '17:45',
          window: 'PT4H',
          poolId: 'p',
          when: warm,
        },
        'Every month on the last Friday for “Silver medallists”',
      ],
    ],
    bad: [
      [{ rule: 'every Monday', start: '2026-01-05', at: '09:00', poolId: 'p' }, 'field-bad rule'],
      [{ rule: 'FREQ=HOURLY', start: '2026-01-05', at: '09:00', poolId: 'p' }, 'field-bad rule'],
      [{ rule: 'FREQ=DAILY;FREQ=DAILY', start: '2026-01-05', at: '09:00', poolId: 'p' }, 'field-bad rule'],
      [
        { rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', start: '2026-01-05', at: '09:00', poolId: 'p' },
        'recurrence-never rule',
      ],
      [
        { rule: 'FREQ=DAILY;UNTIL=20261122', start: '2026-01-05', at: '09:00', poolId: 'p' },
        'recurrence-over rule',
      ],
      [
        { rule: 'FREQ=DAILY;UNTIL=20260104', start: '2026-01-05', at: '09:00', poolId: 'p' },
        'recurrence-never rule',
      ],
      [{ rule: 'BYDAY=MO', start: '2026-01-05', at: '09:00', poolId: 'p' }, 'field-bad rule'],
      [
        { rule: 'FREQ=WEEKLY;BYMONTHDAY=13', start: '2026-01-05', at: '09:00', poolId: 'p' },
        'field-bad rule',
      ],
      [{ rule: 'FREQ=DAILY', start: '2026-02-29', at: '09:00', poolId: 'p' }, 'field-bad start'],
      [{ rule: 'FREQ=DAILY', at: '09:00', poolId: 'p' }, 'field-missing start'],
      [{ rule: 'FREQ=DAILY', start: '2026-01-05', at: 'nine', poolId: 'p' }, 'field-bad at'],
      [{ rule: 'FREQ=DAILY', start: '2026-01-05', at: '09:00' }, 'field-missing poolId'],
      [
        {
          ...{ rule: 'FREQ=DAILY', start: '2026-01-05', at: '09:00' },
          when: { field: 'event.date', op: 'not-empty' },
        },
        'field-bad when',
      ],
      [{ rule: 'FREQ=DAILY', start: '2026-01-05', at: '09:00', poolId: 'gone' }, 'pool-missing poolId'],
      [
        { rule: 'FREQ=DAILY', start: '2026-01-05', at: '09:00', poolId: 'p', window: 'soon' },
        'duration-bad window',
      ],
    ],
  },
  'no-activity': {
    good: [
      [{ days: 1 }, 'Nothing heard for 1 day'],
      [{ days: 3650, poolId: 'p' }, 'Nothing heard for 3650 days in “Silver medallists”'],
    ],
    bad: [
      [{}, 'field-missing days'],
      [{ days: 0 }, 'field-bad days'],
      [{ days: 1.5 }, 'field-bad days'],
      [{ days: 90, poolId: 'gone' }, 'pool-missing poolId'],
    ],
  },
  manual: { good: [[{}, 'Added by hand']], bad: [] },
  'started-by-flow': { good: [[{}, 'Another flow starts this one']], bad: [] },
  survey: {
    good: [
      [{ templateId: 'link', name: 'How it went' }, 'Ask: How it went'],
      ...inNameOf({ templateId: 'link', name: 'How it went' }, 'Ask: How it went'),
    ],
    bad: [
      ...inNameOfNobody({ templateId: 'link', name: 'How it went' }),
      [{ name: 'How it went' }, 'field-missing templateId'],
      [{ templateId: 'link', name: ' ' }, 'field-missing name'],
      [{ templateId: 'link', name: long(121) }, 'field-bad name'],
      [{ templateId: 'gone', name: 'How it went' }, 'template-missing templateId'],
      [{ templateId: 't', name: 'How it went' }, 'link-missing templateId'],
    ],
  },
  'schedule-interview': {
    good: [
      [{ templateId: 'link', name: 'Team interview' }, 'Choose a time: Team interview'],
      ...inNameOf({ templateId: 'link', name: 'Team interview' }, 'Choose a time: Team interview'),
    ],
    bad: [
      ...inNameOfNobody({ templateId: 'link', name: 'Team interview' }),
      [{ templateId: 'link' }, 'field-missing name'],
      [{ templateId: 't', name: 'Team interview' }, 'link-missing templateId'],
    ],
  },
  'invite-to-event': {
    good: [
      [{ templateId: 'link', name: 'Open evening' }, 'Invite to Open evening'],
      ...inNameOf({ templateId: 'link', name: 'Open evening' }, 'Invite to Open evening'),
    ],
    bad: [
      ...inNameOfNobody({ templateId: 'link', name: 'Open evening' }),
      [{ templateId: 'link' }, 'field-missing name'],
      [{ templateId: 't', name: 'Open evening' }, 'link-missing templateId'],
    ],
  },
  'request-consent': {
    good: [
      [{ templateId: 'link', lasts: 'P2Y' }, 'Ask for consent for 2 years'],
      ...inNameOf({ templateId: 'link', lasts: 'P2Y' }, 'Ask for consent for 2 years'),
    ],
    bad: [
      ...inNameOfNobody({ templateId: 'link', lasts: 'P2Y' }),
      [{ templateId: 'link' }, 'field-missing lasts'],
      [{ templateId: 'link', lasts: 'for ever' }, 'duration-bad lasts'],
      [{ templateId: 't', lasts: 'P2Y' }, 'link-missing templateId'],
    ],
  },
  'call-webhook': {
    good: [
      [{ url: 'https://hooks.example.com/new' }, 'POST to hooks.example.com'],
      [
        {
          method: 'PUT',
          url: 'http://[::1]:8080/people/{{ candidate.id }}?name={{ candidate.firstName | default: "-" }}',
          headers: 'X-Team: recruiting\n\nX-Run: 7',
          body: '{"name": "{{ candidate.fullName }}", "tags": "{{ candidate.tags }}", "n": 1}',
          secretId: 's',
          secretUse: 'bearer',
          seconds: 30,
          patience: 'PT1H',
          save: [{ pointer: '/result/0/level', field: 'level', type: 'number' }],
        },
        'PUT to [::1]:8080',
      ],
      [{ method: 'GET', url: 'https://x.example', body: '' }, 'GET to x.example'],
      [{ url: 'https://x.example', secretId: 'key' }, 'POST to x.example'],
      [{ url: 'https://x.example', secretId: 'free', secretUse: 'bearer' }, 'POST to x.example'],
      [{ url: 'https://x.example', secretId: 'unknown', secretUse: 'bearer' }, 'POST to x.example'],
      [
        { url: 'https://RATING.example:8443?id={{ candidate.id }}', secretId: 's', secretUse: 'bearer' },
        'POST to RATING.example:8443',
      ],
    ],
    bad: [
      [{}, 'field-missing url'],
      [{ url: ' ' }, 'field-missing url'],
      [{ url: 'ftp://x.example' }, 'field-bad url'],
      [{ url: '/people' }, 'field-bad url'],
      [{ url: 'https://{{ candidate.company }}/new' }, 'field-bad url'],
      [{ url: 'https://ada:secret@x.example/' }, 'field-bad url'],
      [{ url: 'https://x.example/{{ candidate.shoeSize }}' }, 'field-bad url'],
      [{ url: 'https://x.example/{{ candidate.id' }, 'field-bad url'],
      [{ url: 'https://x.example', method: 'TRACE' }, 'field-bad method'],
      [{ url: 'https://x.example', body: 'name={{ candidate.fullName }}' }, 'field-bad body'],
      [{ url: 'https://x.example', body: '{"n": {{ candidate.custom.level }}}' }, 'field-bad body'],
      [{ url: 'https://x.example', body: '{"n": "{{ candidate.shoeSize }}"}' }, 'field-bad body'],
      [{ url: 'https://x.example', headers: 'Authorization: Bearer 7' }, 'field-bad headers'],
      [{ url: 'https://x.example', headers: 'webhook-id: 7' }, 'field-bad headers'],
      [{ url: 'https://x.example', headers: 'no colon' }, 'field-bad headers'],
      [{ url: 'https://x.example', headers: 'X-A: 1\nx-a: 2' }, 'field-bad headers'],
      [{ url: 'https://x.example', secretId: 'gone' }, 'secret-missing secretId'],
      [{ url: 'https://x.example{{ candidate.company }}/' }, 'field-bad url'],
      [{ url: 'https://x.example', secretId: 's', secretUse: 'bearer' }, 'secret-elsewhere secretId'],
      [{ url: 'https://x.rating.example', secretId: 's', secretUse: 'bearer' }, 'secret-elsewhere secretId'],
      [
        { url: 'https://x.example\\@rating.example', secretId: 's', secretUse: 'bearer' },
        'secret-elsewhere secretId',
      ],
      [{ url: 'https://rating.example', secretId: 'key', secretUse: 'bearer' }, 'secret-elsewhere secretId'],
      [{ url: 'https://x.example', seconds: 31 }, 'field-bad seconds'],
      [{ url: 'https://x.example', patience: 'for ever' }, 'duration-bad patience'],
      [
        { url: 'https://x.example', save: [{ pointer: 'score', field: 'score', type: 'number' }] },
        'field-bad save',
      ],
      [{ url: 'https://x.example', save: [{ pointer: '/a', field: 'a.b', type: 'text' }] }, 'field-bad save'],
    ],
  },
};

const world = {
  now: { at: Date.UTC(2026, 10, 23, 14), timeZone: 'Europe/Lisbon', calendar },
  templates: [
    { id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' },
    { id: 'link', name: 'Invitation', subject: 'For you', body: '[Open it]({{ link }})' },
  ],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  jobs: [{ id: 'j', title: 'Engineer' }],
  people: [
    { id: 'u', name: 'Bea Klein' },
    { id: 'v', name: 'Tom Reed' },
  ],
  flows: [{ id: 'f', name: 'Nurture' }],
  senders: [{ id: 'team', name: 'Halden careers' }],
  secrets: [
    { id: 's', name: 'The rating service', hosts: ['[::1]', 'rating.example'] },
    { id: 'key', name: 'A signing key', hosts: [] },
    { id: 'free', name: 'A token for anywhere', hosts: 'any' as const },
    { id: 'unknown', name: 'A file’s secret' },
  ],
  stages: ['Phone screen', 'Hired'],
  pipelines: [{ id: 'l', name: 'Engineering' }],
};
const names = {
  pool: () => 'Silver medallists',
  template: () => 'Thanks',
  job: () => 'Engineer',
  person: () => 'Bea Klein',
  flow: () => 'Nurture',
  pipeline: () => 'Engineering',
  sender: () => 'Halden careers',
};
const engineer = { id: 'j', title: 'Engineer', department: null, location: null };
const registered = { ...steps, ...triggers };

/** A flow of that one step, with what else it needs; the step itself is `it`. */
function flowWith(type: string, data: Told) {
  const it = { id: 'it', type, data };
  if (type in triggers) return flow([it]);
  const start = { id: 'start', type: 'application-received' };
  if (type === 'repeat')
    return flow([
      start,
      { id: 'wait', type: 'wait', data: { for: 'P1D' } },
      { ...it, to: { again: 'wait' } },
    ]);
  return type === 'wait-for' || type === 'goal'
    ? flow([start, { id: 'mail', type: 'send-email', data: { templateId: 't' } }, it])
    : flow([start, it]);
}

const problemsOf = (graph: Graph) => findProblems(graph, world).filter((each) => each.node === 'it');

test('every type in the registries is told here, and no other', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(registered).sort());
});

describe.each(Object.entries(cases))('%s', (type, { good, bad }) => {
  test.each(good)('takes %j: %s', (data, summary) => {
    const graph = flowWith(type, data);
    expect(problemsOf(graph)).toEqual([]);
    expect(describeNode({ type, data }, names).summary).toBe(summary);
    if (typeOf({ type })?.family !== 'end')
      expect(compile(graph, { templates: { t: 'v1', link: 'v1' } }).hash).toHaveLength(64);
  });

  if (type in triggers)
    test.each(good)('as told by %j begins a test run by an event that fires it', (data) => {
      const graph = flowWith(type, data);
      const plan = compile(graph, { templates: {} });
      const { triggerNode, event, because } = beginningOf({
        plan,
        nodes: graph.nodes,
        facts: facts({ tags: ['warm'] }, { application: application(), job: engineer }),
        names,
        start: now,
      });
      expect(triggerNode).toBe('it');
      expect(event?.type ?? null).toBe(plan.triggers[0]?.event);
      expect((because ?? []).filter((each) => !each.holds)).toEqual([]);
    });

  if (bad.length > 0)
    test.each(bad)('does not take %j: %s', (data, expected) => {
      const found = problemsOf(flowWith(type, data));
      expect(found.map((each) => `${each.code} ${each.field}`)).toContain(expected);
      for (const { message } of found) expect(message).toMatch(/^[“A-Z].*[.!]$/);
    });

  test('leads on only by its own ports, each of them once', () => {
    const step = steps[type];
    if (!step) return;
    for (const [data] of good) {
      const parsed = step.schema.parse(data);
      const ports = step.ports(parsed).map((port) => port.id);
      expect(new Set(ports).size).toBe(ports.length);
      const to = Object.fromEntries(ports.map((port) => [port, `to-${port}`]));
      const op = JSON.stringify(step.compile(parsed, to, { templates: { t: 'v1', link: 'v1' } }));
      for (const port of ports) expect(op).toContain(`"to-${port}"`);
      expect(op).not.toContain('""');
    }
  });

  test('has a field for everything it can be told, and draws whatever it was told', () => {
    const known = typeOf({ type });
    if (!known) throw new Error(`${type} is not registered`);
    for (const [data] of good)
      for (const key of Object.keys(data)) expect(Object.keys(known.fields)).toContain(key);
    expect(known.about).toMatch(/\.$/);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(known.fields), 'other'), fc.anything()),
        (data) => {
          expect(describeNode({ type, data }, noNames).ports).toEqual(
            known.schema.safeParse(data).success ? expect.anything() : draftPorts(known, data),
          );
        },
      ),
    );
  });
});
