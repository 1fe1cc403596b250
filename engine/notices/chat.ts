/**
 * Pure: a notice as the body of a chat's incoming webhook. Slack, and whoever takes what Slack takes, reads `text`;
 * Teams' workflows read Adaptive Cards only. In either, what a candidate is called stays text: no mark-up, no mention.
 */

export const chats = ['slack', 'teams'] as const;
export type Chat = (typeof chats)[number];

export interface ChatNotice {
  text: string;
  /** The candidate's name, and her page. */
  about: string;
  link: string;
}

/** https://docs.slack.dev/messaging/formatting-message-text: these three, and the bar within a link. */
const forSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const bodies: { [C in Chat]: (notice: ChatNotice) => unknown } = {
  slack: ({ text, about, link }) => ({
    text: `${forSlack(text)}\n<${link}|${forSlack(about).replaceAll('|', '/')}>`,
  }),
  teams: ({ text, about, link }) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          // A text block would read Markdown.
          body: text
            .split('\n')
            .filter((line) => line.trim() !== '')
            .map((line) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: line }] })),
          actions: [{ type: 'Action.OpenUrl', title: about, url: link }],
        },
      },
    ],
  }),
};

/** JSON. */
export const chatBody = (chat: Chat, notice: ChatNotice): string => JSON.stringify(bodies[chat](notice));
