/** The sections of the settings, in order. */
import Building from '@lucide/svelte/icons/building-2';
import KeyRound from '@lucide/svelte/icons/key-round';
import MailX from '@lucide/svelte/icons/mail-x';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import UsersRound from '@lucide/svelte/icons/users-round';
import Webhook from '@lucide/svelte/icons/webhook';
import { texts } from '../../texts.ts';

const { sections } = texts.settings;

export const settingsSections = [
  { id: 'workspace', label: sections.workspace, icon: Building },
  { id: 'sources', label: sections.sources, icon: Webhook },
  { id: 'people', label: sections.people, icon: UsersRound },
  { id: 'keys', label: sections.keys, icon: KeyRound },
  { id: 'suppressions', label: sections.suppressions, icon: MailX },
  { id: 'failures', label: sections.failures, icon: TriangleAlert },
];
