/** A mail's HTML as a page of its own, in the colours that the app has at this moment. */
export function mailPage(html: string): string {
  const faces = fontFaces();
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(name);
  const css = `${faces}
:root{color-scheme:${root.dataset.theme === 'dark' ? 'dark' : 'light'}}
body{margin:0;padding:12px;font:400 13px/20px "Inter Variable",Inter,system-ui,sans-serif;color:${token('--text')};background:${token('--surface')};overflow-wrap:anywhere}
p,ul,ol{margin:0 0 12px}p:last-child{margin:0}ul,ol{padding-left:20px}a{color:${token('--accent-text')}}img{max-width:100%}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title><base target="_blank"><style>${css}</style></head><body>${html}</body></html>`;
}

/** The frame has no style sheets of its own, so the app's font is handed to it. */
function fontFaces(): string {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .map((rule) => rule.cssText)
    .join('\n');
}
