/** What candidates do with the mails that they get: with seeded odds, hours or days later. */
import type { Db } from '../../db/connect.ts';
import { type ArrivedMail, arrivedMails } from '../../db/queries/demo.ts';
import { recordBounce, recordClick, recordReply, unsubscribe } from '../../db/queries/messages.ts';
import { awake, day, hour, minute } from './hours.ts';
import { between, happens, pick } from './odds.ts';
import { type TemplateKey, templateTexts } from './templates.ts';
import type { Time } from './time.ts';

interface Odds {
  reply: number;
  click: number;
  unsubscribe: number;
  replies: readonly string[];
}

const positive = [
  'Yes, I would like that. Tuesday or Thursday afternoon works for me.',
  'Thank you for thinking of me! I am happy to talk next week.',
  'Good timing, my contract ends in spring. What would the next step be?',
  'Happy to hear from you. Could you tell me a little more about the team first?',
];

const odds: Record<TemplateKey, Odds> = {
  received: {
    reply: 0.03,
    click: 0.28,
    unsubscribe: 0.004,
    replies: [
      'Thank you! I have attached a newer CV to my application today.',
      'Thanks for the quick answer. I am away next week, any other time is fine.',
    ],
  },
  patience: {
    reply: 0.08,
    click: 0,
    unsubscribe: 0.01,
    replies: ['Thanks for letting me know, no hurry.', 'Thank you for the update.'],
  },
  thanks: {
    reply: 0.07,
    click: 0,
    unsubscribe: 0.025,
    replies: [
      'Thank you for the kind words. I enjoyed the conversations.',
      'A pity, but thank you for being open about it. Let us stay in touch.',
    ],
  },
  newRoles: { reply: 0.27, click: 0.34, unsubscribe: 0.03, replies: positive },
  oneQuestion: {
    reply: 0.45,
    click: 0,
    unsubscribe: 0.015,
    replies: [
      'More room for decisions, honestly. And four days a week would be a dream.',
      'A team that is a little bigger, and the chance to work from Porto.',
      'I would come back for a platform role. Is one planned?',
      'Mostly the level: I am looking for a lead position now.',
      ...positive,
    ],
  },
  nudge: { reply: 0.17, click: 0.22, unsubscribe: 0.03, replies: positive },
  hello: {
    reply: 0.11,
    click: 0,
    unsubscribe: 0.035,
    replies: [
      'I am not looking at the moment, but curious. Tell me more?',
      'Nice to hear from you. I know one of your engineers from a conference, so yes.',
      'Thank you, happy where I am for now. Perhaps in a year.',
    ],
  },
  story: {
    reply: 0.04,
    click: 0.46,
    unsubscribe: 0.025,
    replies: ['That was a good read. Did you ever consider two schedulers?'],
  },
  coffee: { reply: 0.3, click: 0, unsubscribe: 0.01, replies: positive },
};

const byName = new Map<string, TemplateKey>(
  (Object.keys(templateTexts) as TemplateKey[]).map((key) => [templateTexts[key].name, key]),
);
const link = /\]\((https:[^)]+)\)/;

/** The share of addresses that do not exist. */
const badAddresses = 0.018;

export function mailboxesOf(db: Db, time: () => Time): (messageIds: string[]) => Promise<void> {
  return async (messageIds) => {
    for (const mail of await arrivedMails(db, messageIds)) {
      const key = byName.get(mail.template);
      if (key) plan(db, time(), mail, key);
    }
  };
}

function plan(db: Db, time: Time, mail: ArrivedMail, key: TemplateKey): void {
  const who = `${mail.address} ${key}`;
  const now = time.now();
  const after = (low: number, high: number, what: string) =>
    awake(now + between(low, high, who, what) * hour, `${who} ${what}`);
  if (happens(badAddresses, mail.address, 'bad address')) {
    time.at(now + 2 * minute, () =>
      recordBounce(db, { messageId: mail.id, now: time.now(), permanent: true }),
    );
    return;
  }
  const { reply, click, unsubscribe: leave, replies } = odds[key];
  if (happens(leave, who, 'unsubscribes')) {
    time.at(after(0.5, 20, 'unsubscribes'), async () => void (await unsubscribe(db, mail.token, time.now())));
    return;
  }
  const url = link.exec(templateTexts[key].body)?.[1];
  if (url && happens(click, who, 'clicks'))
    time.at(after(0.2, 40, 'clicks'), () => recordClick(db, { messageId: mail.id, url, now: time.now() }));
  if (happens(reply, who, 'replies'))
    time.at(after(1, (5 * day) / hour, 'replies'), () =>
      recordReply(db, { messageId: mail.id, text: pick(replies, who, 'text'), now: time.now() }),
    );
}
