/** The entries of the rail, in order. */

import Layers from '@lucide/svelte/icons/layers';
import Mail from '@lucide/svelte/icons/mail';
import Kanban from '@lucide/svelte/icons/square-kanban';
import Sun from '@lucide/svelte/icons/sun';
import Users from '@lucide/svelte/icons/users';
import Workflow from '@lucide/svelte/icons/workflow';
import { texts } from '../../texts.ts';

const { areas } = texts.common;

export const railAreas = [
  { area: 'today', label: areas.today, href: '/', icon: Sun, keys: 'g t' },
  { area: 'candidates', label: areas.candidates, href: '/candidates', icon: Users, keys: 'g c' },
  { area: 'pipelines', label: areas.pipelines, href: '/pipelines', icon: Kanban, keys: 'g l' },
  { area: 'pools', label: areas.pools, href: '/pools', icon: Layers, keys: 'g p' },
  { area: 'flows', label: areas.flows, href: '/flows', icon: Workflow, keys: 'g f' },
  { area: 'messages', label: areas.messages, href: '/messages', icon: Mail, keys: 'g m' },
];
