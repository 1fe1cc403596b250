/** Pure: the step that tells colleagues something. Each way of telling has its own effect. */
import { z } from 'zod';
import type { Audience } from '../effects/notice-audience.ts';
import { type Chat, chats } from '../notices/chat.ts';
import { defineStep, type Names } from './step.ts';

const schema = z
  .object({
    via: z.enum(['app', 'email', 'chat']),
    to: z.enum(['owner', 'person', 'role']).optional(),
    personId: z.string().min(1).optional(),
    role: z.enum(['viewer', 'recruiter', 'admin']).optional(),
    chat: z.enum(chats).optional(),
    secretId: z.string().min(1).optional(),
    text: z.string().trim().min(1).max(1000),
  })
  .superRefine(({ via, to, personId, role, chat, secretId }, context) => {
    const lacks = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (via === 'chat') {
      if (!chat) lacks('chat', 'no chat is chosen.');
      if (!secretId) lacks('secretId', 'nothing says where the chat is.');
      return;
    }
    if (!to) lacks('to', 'nobody is named.');
    if (to === 'person' && !personId) lacks('personId', 'nobody is named.');
    if (to === 'role' && !role) lacks('role', 'no role is named.');
  });
type Notify = z.infer<typeof schema>;

const everyone = { viewer: 'every viewer', recruiter: 'every recruiter', admin: 'every admin' } as const;

const chatNames = { slack: 'Slack', teams: 'Teams' } as const satisfies Record<Chat, string>;

function audienceOf({ to, personId = '', role = 'recruiter' }: Notify): Audience {
  if (to === 'person') return { to, personId };
  return to === 'role' ? { to, role } : { to: 'owner' };
}

function inWords(
  { via, to, personId = '', role = 'recruiter', chat = 'slack' }: Notify,
  names: Names,
): string {
  if (via === 'chat') return `Post to ${chatNames[chat]}`;
  const whom =
    to === 'person'
      ? (names.person(personId) ?? 'a person who is gone')
      : to === 'role'
        ? everyone[role]
        : 'the owner';
  return via === 'email' ? `Mail ${whom}` : `Tell ${whom}`;
}

export const notify = defineStep({
  type: 'notify',
  family: 'action',
  label: 'Notify',
  about: 'Tells colleagues something; the candidate gets nothing.',
  icon: 'bell',
  schema,
  fields: {
    via: {
      kind: 'choice',
      label: 'How',
      options: [
        { value: 'app', label: 'In the app' },
        { value: 'email', label: 'By email' },
        { value: 'chat', label: 'In a chat' },
      ],
    },
    to: {
      kind: 'choice',
      label: 'Who',
      shown: { field: 'via', is: ['app', 'email'] },
      options: [
        { value: 'owner', label: 'The candidate’s owner' },
        { value: 'person', label: 'One person' },
        { value: 'role', label: 'Everyone with a role' },
      ],
    },
    personId: {
      kind: 'person',
      label: 'Person',
      shown: { field: 'to', is: ['person'] },
    },
    role: {
      kind: 'choice',
      label: 'Role',
      shown: { field: 'to', is: ['role'] },
      options: [
        { value: 'viewer', label: 'Viewers' },
        { value: 'recruiter', label: 'Recruiters' },
        { value: 'admin', label: 'Admins' },
      ],
    },
    chat: {
      kind: 'choice',
      label: 'Chat',
      hint: 'Whatever takes Slack’s webhooks, such as Mattermost and Google Chat, goes as Slack.',
      shown: { field: 'via', is: ['chat'] },
      options: [
        { value: 'slack', label: 'Slack' },
        { value: 'teams', label: 'Microsoft Teams' },
      ],
    },
    secretId: {
      kind: 'secret',
      label: 'Address',
      hint: 'The secret that holds the address of its incoming webhook.',
      shown: { field: 'via', is: ['chat'] },
    },
    text: {
      kind: 'long-text',
      label: 'Message',
      placeholder: '{{ candidate.fullName }} replied.',
      templated: true,
    },
  },
  initial: { via: 'app', to: 'owner' },
  summary: (data, names) => `${inWords(data, names)}: ${data.text.replace(/\s+/g, ' ')}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ via, text, chat = 'slack', secretId = '', ...whom }, to) => {
    const next = to.next ?? '';
    if (via === 'chat') return { op: 'effect', effect: 'notice.chat', input: { chat, secretId, text }, next };
    const input = { whom: audienceOf({ via, text, ...whom }), text };
    return via === 'email'
      ? { op: 'effect', effect: 'notice.mail', input, next }
      : { op: 'effect', effect: 'notice.create', input, next };
  },
});
