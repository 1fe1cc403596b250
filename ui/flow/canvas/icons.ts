/** The icons that step types name, each its own import so that only these are shipped. */
import Bell from '@lucide/svelte/icons/bell';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import CalendarPlus from '@lucide/svelte/icons/calendar-plus';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import Clock from '@lucide/svelte/icons/clock';
import Flag from '@lucide/svelte/icons/flag';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Hand from '@lucide/svelte/icons/hand';
import Layers from '@lucide/svelte/icons/layers';
import ListChecks from '@lucide/svelte/icons/list-checks';
import LogOut from '@lucide/svelte/icons/log-out';
import Mail from '@lucide/svelte/icons/mail';
import MailQuestionMark from '@lucide/svelte/icons/mail-question-mark';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import Percent from '@lucide/svelte/icons/percent';
import Repeat from '@lucide/svelte/icons/repeat';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Split from '@lucide/svelte/icons/split';
import SquareCheckBig from '@lucide/svelte/icons/square-check-big';
import SquareKanban from '@lucide/svelte/icons/square-kanban';
import Stamp from '@lucide/svelte/icons/stamp';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Tag from '@lucide/svelte/icons/tag';
import Target from '@lucide/svelte/icons/target';
import Ticket from '@lucide/svelte/icons/ticket';
import UserCheck from '@lucide/svelte/icons/user-check';
import Webhook from '@lucide/svelte/icons/webhook';
import Workflow from '@lucide/svelte/icons/workflow';
import Zap from '@lucide/svelte/icons/zap';
import type { Family } from '../../../engine/steps/step.ts';

export type Icon = typeof Zap;

const byName: Record<string, Icon> = {
  bell: Bell,
  'calendar-clock': CalendarClock,
  'calendar-days': CalendarDays,
  'calendar-plus': CalendarPlus,
  'circle-check': CircleCheck,
  'circle-question-mark': CircleQuestionMark,
  'circle-x': CircleX,
  'clipboard-list': ClipboardList,
  clock: Clock,
  flag: Flag,
  'flask-conical': FlaskConical,
  hand: Hand,
  layers: Layers,
  'list-checks': ListChecks,
  'log-out': LogOut,
  mail: Mail,
  'mail-question-mark': MailQuestionMark,
  'pencil-line': PencilLine,
  percent: Percent,
  repeat: Repeat,
  'shield-check': ShieldCheck,
  split: Split,
  'square-check-big': SquareCheckBig,
  'square-kanban': SquareKanban,
  stamp: Stamp,
  'sticky-note': StickyNote,
  tag: Tag,
  target: Target,
  ticket: Ticket,
  'user-check': UserCheck,
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
