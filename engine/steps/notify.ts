/** Pure: the step that tells colleagues something. Each way of telling has its own effect. */
import { z } from 'zod';
import type { Audience } from '../effects/notice-create.ts';
import { defineStep, type Names } from './step.ts';

const schema = z
  .object({
    via: z.enum(['app']),
    to: z.enum(['owner', 'person', 'role']),
    personId: z.string().min(1).optional(),
    role: z.enum(['viewer', 'recruiter', 'admin']).optional(),
    text: z.string().trim().min(1).max(1000),
  })
  .superRefine(({ to, personId, role }, context) => {
    if (to === 'person' && !personId)
      context.addIssue({ code: 'custom', path: ['personId'], message: 'nobody is named.' });
    if (to === 'role' && !role)
      context.addIssue({ code: 'custom', path: ['role'], message: 'no role is named.' });
  });
type Notify = z.infer<typeof schema>;

const everyone = { viewer: 'every viewer', recruiter: 'every recruiter', admin: 'every admin' } as const;

function audienceOf({ to, personId = '', role = 'recruiter' }: Notify): Audience {
  if (to === 'owner') return { to };
  return to === 'person' ? { to, personId } : { to, role };
}

function inWords({ to, personId = '', role = 'recruiter' }: Notify, names: Names): string {
  if (to === 'owner') return 'the owner';
  return to === 'person' ? (names.person(personId) ?? 'a person who is gone') : everyone[role];
}

export const notify = defineStep({
  type: 'notify',
  family: 'action',
  label: 'Notify',
  about: 'Tells colleagues something; the candidate gets nothing.',
  icon: 'bell',
  schema,
  fields: {
    via: { kind: 'choice', label: 'How', options: [{ value: 'app', label: 'In the app' }] },
    to: {
      kind: 'choice',
      label: 'Who',
      options: [
        { value: 'owner', label: 'The candidate’s owner' },
        { value: 'person', label: 'One person' },
        { value: 'role', label: 'Everyone with a role' },
      ],
    },
    personId: { kind: 'person', label: 'Person', hint: 'Where it is one person.', optional: true },
    role: {
      kind: 'choice',
      label: 'Role',
      hint: 'Where it is everyone with a role.',
      optional: true,
      options: [
        { value: 'viewer', label: 'Viewers' },
        { value: 'recruiter', label: 'Recruiters' },
        { value: 'admin', label: 'Admins' },
      ],
    },
    text: {
      kind: 'long-text',
      label: 'Message',
      placeholder: '{{ candidate.fullName }} replied.',
      templated: true,
    },
  },
  initial: { via: 'app', to: 'owner' },
  summary: (data, names) => `Tell ${inWords(data, names)}: ${data.text.replace(/\s+/g, ' ')}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({
    op: 'effect',
    effect: 'notice.create',
    input: { whom: audienceOf(data), text: data.text },
    next: to.next ?? '',
  }),
});
