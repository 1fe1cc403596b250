/** What the finder can start, for those who may. */
import FileText from '@lucide/svelte/icons/file-text';
import KeyRound from '@lucide/svelte/icons/key-round';
import Layers from '@lucide/svelte/icons/layers';
import MailX from '@lucide/svelte/icons/mail-x';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UsersRound from '@lucide/svelte/icons/users-round';
import Webhook from '@lucide/svelte/icons/webhook';
import { texts } from '../../texts.ts';
import { type Role, session } from '../session.svelte.ts';

const { candidates, pools, templates, settings } = texts;
const actions: { label: string; href: string; icon: typeof UserPlus; for: Role }[] = [
  { label: candidates.add, href: '/candidates/new', icon: UserPlus, for: 'recruiter' },
  { label: pools.add, href: '/pools/new', icon: Layers, for: 'recruiter' },
  { label: templates.add, href: '/templates/new', icon: FileText, for: 'recruiter' },
  { label: settings.suppressions.add, href: '/settings/suppressions/new', icon: MailX, for: 'recruiter' },
  { label: settings.sources.add, href: '/settings/sources/new', icon: Webhook, for: 'admin' },
  { label: settings.people.add, href: '/settings/people/new', icon: UsersRound, for: 'admin' },
  { label: settings.keys.add, href: '/settings/keys/new', icon: KeyRound, for: 'admin' },
];

export const finderActions = () =>
  actions
    .filter((one) => session.may(one.for))
    .map(({ label, href, icon }) => ({ id: href, label, note: '', href, person: false, icon }));
