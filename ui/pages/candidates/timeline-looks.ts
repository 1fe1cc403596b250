/** Pure: the icon and colour of a timeline entry, by what it is. */
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Clock from '@lucide/svelte/icons/clock';
import Flag from '@lucide/svelte/icons/flag';
import Inbox from '@lucide/svelte/icons/inbox';
import Layers from '@lucide/svelte/icons/layers';
import Mail from '@lucide/svelte/icons/mail';
import MailX from '@lucide/svelte/icons/mail-x';
import Pencil from '@lucide/svelte/icons/pencil';
import Split from '@lucide/svelte/icons/split';
import Tag from '@lucide/svelte/icons/tag';
import User from '@lucide/svelte/icons/user';
import Workflow from '@lucide/svelte/icons/workflow';
import Zap from '@lucide/svelte/icons/zap';
import type { Component } from 'svelte';

export interface Look {
  icon: Component;
  tone: string;
}

const action = 'bg-action-soft text-action';
const wait = 'bg-wait-soft text-wait';
const logic = 'bg-logic-soft text-logic';
const trigger = 'bg-trigger-soft text-trigger';
const quiet = 'bg-end-soft text-end';
const bad = 'bg-danger-soft text-danger';

/** By the node's type, the message's status or the event's type; then by its beginning. */
const looks: Record<string, Look> = {
  wait: { icon: Clock, tone: wait },
  'wait-for': { icon: Clock, tone: wait },
  branch: { icon: Split, tone: logic },
  'send-email': { icon: Mail, tone: action },
  'move-stage': { icon: ArrowRight, tone: action },
  'add-tag': { icon: Tag, tone: action },
  'add-to-pool': { icon: Layers, tone: action },
  end: { icon: Flag, tone: quiet },
  'application-received': { icon: Zap, tone: trigger },
  'joined-pool': { icon: Zap, tone: trigger },
  'stage-changed': { icon: Zap, tone: trigger },
  manual: { icon: Zap, tone: trigger },
  bounced: { icon: MailX, tone: bad },
  complained: { icon: MailX, tone: bad },
  failed: { icon: MailX, tone: bad },
  unknown: { icon: MailX, tone: wait },
  cancelled: { icon: MailX, tone: quiet },
  'application.received': { icon: Inbox, tone: trigger },
  application: { icon: ArrowRight, tone: quiet },
  pool: { icon: Layers, tone: quiet },
  candidate: { icon: User, tone: quiet },
  enrolment: { icon: Workflow, tone: quiet },
};
const byKind: Record<string, Look> = {
  message: { icon: Mail, tone: action },
  note: { icon: Pencil, tone: quiet },
  stage: { icon: ArrowRight, tone: quiet },
  step: { icon: Workflow, tone: action },
  event: { icon: Zap, tone: quiet },
};

export function lookOf(item: { kind: string; type: string }): Look {
  if (item.type.startsWith('candidate.') && item.type.includes('tagged')) return { icon: Tag, tone: quiet };
  return (
    looks[item.type] ??
    looks[item.type.split('.')[0] ?? ''] ??
    byKind[item.kind] ?? { icon: Zap, tone: quiet }
  );
}
