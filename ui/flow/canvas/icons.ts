/** The icons that step types may name, each its own import so that only these are shipped. */
import ArrowRightLeft from '@lucide/svelte/icons/arrow-right-left';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CalendarPlus from '@lucide/svelte/icons/calendar-plus';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import Clock from '@lucide/svelte/icons/clock';
import Flag from '@lucide/svelte/icons/flag';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Hand from '@lucide/svelte/icons/hand';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Inbox from '@lucide/svelte/icons/inbox';
import Layers from '@lucide/svelte/icons/layers';
import ListChecks from '@lucide/svelte/icons/list-checks';
import LogOut from '@lucide/svelte/icons/log-out';
import Mail from '@lucide/svelte/icons/mail';
import MailQuestion from '@lucide/svelte/icons/mail-question-mark';
import Percent from '@lucide/svelte/icons/percent';
import Repeat from '@lucide/svelte/icons/repeat';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Split from '@lucide/svelte/icons/split';
import SquareKanban from '@lucide/svelte/icons/square-kanban';
import Tag from '@lucide/svelte/icons/tag';
import Target from '@lucide/svelte/icons/target';
import Ticket from '@lucide/svelte/icons/ticket';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Webhook from '@lucide/svelte/icons/webhook';
import Workflow from '@lucide/svelte/icons/workflow';
import Zap from '@lucide/svelte/icons/zap';
import type { Family } from '../../../engine/steps/step.ts';

export type Icon = typeof Zap;

const byName: Record<string, Icon> = {
  'arrow-right-left': ArrowRightLeft,
  'calendar-clock': CalendarClock,
  'calendar-plus': CalendarPlus,
  'clipboard-list': ClipboardList,
  'shield-check': ShieldCheck,
  ticket: Ticket,
  clock: Clock,
  flag: Flag,
  'flask-conical': FlaskConical,
  'git-branch': Split,
  hand: Hand,
  hourglass: Hourglass,
  inbox: Inbox,
  kanban: SquareKanban,
  layers: Layers,
  'list-checks': ListChecks,
  'log-out': LogOut,
  mail: Mail,
  'mail-question': MailQuestion,
  'mail-question-mark': MailQuestion,
  percent: Percent,
  repeat: Repeat,
  split: Split,
  'square-kanban': SquareKanban,
  tag: Tag,
  target: Target,
  'user-plus': UserPlus,
  webhook: Webhook,
  workflow: Workflow,
  zap: Zap,
};

const byFamily: { [F in Family]: Icon } = {
  trigger: Zap,
  wait: Clock,
  logic: Split,
  action: ListChecks,
  end: Flag,
};

/** A name that is not in the table gets its family's icon. */
export const iconOf = (name: string, family: Family): Icon => byName[name] ?? byFamily[family];
