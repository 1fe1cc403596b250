/** Pure: a notice as the mail that a colleague gets. */
import { escapeHtml } from '../templates/liquid.ts';

export interface MailNotice {
  text: string;
  /** The candidate's name, and her page. */
  about: string;
  link: string;
  /** The flow's name; null: it is gone. */
  flow: string | null;
  workspaceName: string;
}

export function noticeMailBody({ text, about, link, flow, workspaceName }: MailNotice): {
  html: string;
  text: string;
} {
  const from = flow === null ? workspaceName : `${workspaceName} · flow “${flow}”`;
  const paragraphs = text
    .split(/\n{2,}/)
    .map((each) => `<p>${escapeHtml(each).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
  const html = `<!doctype html>
<html>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:24px;font:16px/24px system-ui,sans-serif;color:#191c19;background:#ffffff">
<div style="max-width:560px;margin:0 auto">
${paragraphs}
<p><a href="${escapeHtml(link)}">${escapeHtml(about)}</a></p>
<p style="margin-top:32px;padding-top:12px;border-top:1px solid #e5e7e3;font-size:13px;line-height:20px;color:#666d67">${escapeHtml(from)}</p>
</div>
</body>
</html>
`;
  return { html, text: `${text}\n\n${about}: ${link}\n\n-- \n${from}\n` };
}
