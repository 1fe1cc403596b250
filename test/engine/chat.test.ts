import { expect, test } from 'vitest';
import { chatBody } from '../../engine/notices/chat.ts';

const notice = {
  text: 'Ask <!channel> & *Inês*\n[about](https://evil.example) Lisbon',
  about: 'Inês | <@U1>',
  link: 'https://jobs.example/candidates/7',
};

test('Slack gets text in which nothing of the candidate’s is a mention or a link', () => {
  expect(JSON.parse(chatBody('slack', notice))).toEqual({
    text: 'Ask &lt;!channel&gt; &amp; *Inês*\n[about](https://evil.example) Lisbon\n<https://jobs.example/candidates/7|Inês / &lt;@U1&gt;>',
  });
});

test('Teams gets an adaptive card whose lines are plain runs of text, and a button to the candidate', () => {
  const { type, attachments } = JSON.parse(chatBody('teams', notice));
  expect(type).toBe('message');
  expect(attachments).toHaveLength(1);
  expect(attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(attachments[0].content).toMatchObject({
    type: 'AdaptiveCard',
    body: [
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Ask <!channel> & *Inês*' }] },
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '[about](https://evil.example) Lisbon' }] },
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Inês | <@U1>', url: 'https://jobs.example/candidates/7' }],
  });
});
