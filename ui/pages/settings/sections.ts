/** The sections of the settings, in order. */
import Building from '@lucide/svelte/icons/building-2';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import KeyRound from '@lucide/svelte/icons/key-round';
import LockKeyhole from '@lucide/svelte/icons/lock-keyhole';
import MailX from '@lucide/svelte/icons/mail-x';
import Signature from '@lucide/svelte/icons/signature';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import UsersRound from '@lucide/svelte/icons/users-round';
import Webhook from '@lucide/svelte/icons/webhook';
import { texts } from '../../texts.ts';

const t = texts.settings;
const { sections } = t;

export const settingsSections = [
  { id: 'workspace', label: sections.workspace, icon: Building, about: t.workspace.text },
  { id: 'contact', label: sections.contact, icon: CalendarClock, about: t.contact.text },
  { id: 'sources', label: sections.sources, icon: Webhook, about: t.sources.text },
  { id: 'people', label: sections.people, icon: UsersRound, about: t.people.text },
  { id: 'keys', label: sections.keys, icon: KeyRound, about: t.keys.text },
  { id: 'secrets', label: sections.secrets, icon: LockKeyhole, about: t.secrets.text },
  { id: 'senders', label: sections.senders, icon: Signature, about: t.senders.text },
  { id: 'suppressions', label: sections.suppressions, icon: MailX, about: t.suppressions.text },
  { id: 'failures', label: sections.failures, icon: TriangleAlert, about: t.failures.text },
];
