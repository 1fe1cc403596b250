/** Pure: what stands under every message: who writes, and how to stop it. */
import { escapeHtml } from './liquid.ts';

export interface Footer {
  unsubscribeUrl: string;
  workspaceName: string;
}

/** A whole HTML document and a plain text, each with its footer. */
export function withFooter(
  message: { html: string; text: string },
  { unsubscribeUrl, workspaceName }: Footer,
): { html: string; text: string } {
  const name = escapeHtml(workspaceName);
  const html = `<!doctype html>
<html>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:24px;font:16px/24px system-ui,sans-serif;color:#191c19;background:#ffffff">
<div style="max-width:560px;margin:0 auto">
${message.html}
<p style="margin-top:32px;padding-top:12px;border-top:1px solid #e5e7e3;font-size:13px;line-height:20px;color:#666d67">${name} · <a href="${escapeHtml(unsubscribeUrl)}" style="color:#666d67">Unsubscribe</a></p>
</div>
</body>
</html>
`;
  return { html, text: `${message.text}\n\n-- \n${workspaceName}\nUnsubscribe: ${unsubscribeUrl}\n` };
}
