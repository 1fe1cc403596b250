/** Texts of tasks, approvals and the inbox. */
import { count } from './plural.ts';

export const tasks = {
  title: 'Tasks',
  mine: 'Yours to do',
  nobody: 'Anyone’s to do',
  nobodyText: 'No one has been asked in particular.',
  more: (n: number) => `The first ${n}; more come as these are done.`,
  done: 'Done',
  doneSaid: (title: string) => `Done: “${title}”.`,
  reopened: (title: string) => `Open again: “${title}”.`,
  approve: 'Approve',
  decline: 'Decline',
  decided: {
    approved: (title: string) => `Approved: “${title}”.`,
    declined: (title: string) => `Declined: “${title}”.`,
  },
  stands: {
    approved: 'Someone had approved it before; that stands.',
    declined: 'Someone had declined it before; that stands.',
  },
  due: 'due',
  late: 'late, was due',
  fromFlow: (flow: string) => `asked by “${flow}”`,
  for: (name: string) => `for ${name}`,
  forAnyone: 'for anyone',
  none: 'Nothing to do.',
  add: 'Add a task',
  adding: 'What is to be done',
  added: (title: string) => `Task “${title}” added. It is yours.`,
  keyDone: 'Done, or approve',
  keyDecline: 'Decline',
  group: 'On tasks',
};

export const inbox = {
  title: 'Inbox',
  open: (unread: number) => (unread === 0 ? 'Inbox' : `Inbox, ${count(unread, 'new notice')}`),
  fresh: 'New',
  from: (flow: string) => `from “${flow}”`,
  more: 'Show older ones',
  empty: { title: 'Nothing yet', text: 'What flows tell you will be here, newest first.' },
};
