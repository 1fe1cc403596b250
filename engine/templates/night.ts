/** Pure: a mail as a mail program draws it at night. The app shows mails so in its dark theme; what is sent stays as it is. */
const css = `html{color-scheme:dark}
body{background:#151816!important;color:#eceeec!important}
body *{color:inherit!important;background-color:transparent!important;border-color:#3a413c!important}
body a{color:#72cb8f!important}`;

/** The mail's own HTML, with the night's colours over its own. */
export function atNight(html: string): string {
  const style = `<style>${css}</style>`;
  return html.includes('</head>') ? html.replace('</head>', () => `${style}</head>`) : style + html;
}
