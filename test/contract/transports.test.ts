import { catcher } from '../../workflows/transports/catcher.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { freshDatabase } from '../harness/database.ts';
import { fakeResend } from '../harness/fake-resend.ts';
import { transportContract } from './transports.ts';

transportContract('the catcher', async () => {
  const { db, drop } = await freshDatabase();
  return {
    transport: catcher(db),
    async arrived(addresses) {
      const caught = await db
        .selectFrom('caught_mail')
        .selectAll()
        .where('to_address', 'in', addresses)
        .execute();
      return caught.map((mail) => ({
        id: `caught-${mail.message_id}`,
        from: mail.from_address,
        to: mail.to_address,
        replyTo: mail.reply_to,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        headers: mail.headers as Record<string, unknown>,
      }));
    },
    close: drop,
  };
});

transportContract('Resend', async () => {
  const provider = await fakeResend();
  return {
    transport: resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 }),
    async arrived(addresses) {
      return provider.mails
        .filter((mail) => mail.to.some((to) => addresses.includes(to)))
        .map((mail) => ({
          id: mail.id,
          from: mail.from,
          to: mail.to.join(),
          replyTo: [mail.reply_to ?? []].flat()[0] ?? null,
          subject: mail.subject,
          html: mail.html ?? '',
          text: mail.text ?? '',
          headers: mail.headers ?? {},
        }));
    },
    close: provider.stop,
  };
});
