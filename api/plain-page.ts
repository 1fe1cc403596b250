/** A small page in plain HTML for people without an account: no script, readable in any mail program's browser. */

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const style = `
:root { color-scheme: light dark; --ink: #1c211d; --quiet: #59635b; --paper: #f6f7f5; --card: #fff; --line: #dfe3de; --leaf: #1f6b45; --on-leaf: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ece8; --quiet: #a3ada5; --paper: #141815; --card: #1b201c; --line: #2f3731; --leaf: #58b383; --on-leaf: #0d1a13; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 Inter, system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 440px; width: 100%; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; }
p { margin: 0; color: var(--quiet); }
button { margin-top: 24px; min-height: 44px; padding: 0 20px; border: 0; border-radius: 6px; background: var(--leaf); color: var(--on-leaf); font: inherit; font-weight: 600; cursor: pointer; }
button + button { margin-left: 12px; background: none; color: var(--ink); border: 1px solid var(--line); }
button:focus-visible { outline: 3px solid var(--leaf); outline-offset: 3px; }`;

export interface PlainPage {
  title: string;
  text: string;
  /** A button that posts to the page's own address. */
  button?: string;
  /** Buttons that post `answer` to it; the first is the likely one. */
  buttons?: { label: string; value: string }[];
  status?: number;
}

export function plainPage({ title, text, button, buttons = [], status = 200 }: PlainPage): Response {
  const answers = buttons.map(
    ({ label, value }) =>
      `<button type="submit" name="answer" value="${escaped(value)}">${escaped(label)}</button>`,
  );
  const submits = button ? [`<button type="submit">${escaped(button)}</button>`] : answers;
  const form = submits.length > 0 ? `<form method="post">${submits.join('\n')}</form>` : '';
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${form}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}
