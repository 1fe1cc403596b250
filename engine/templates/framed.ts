/** Pure: a mail's HTML as the app shows it in a frame: by day or night, its links opening a page of their own. */
import { atNight } from './night.ts';

/** Within the frame a link would lead nowhere: the app's policy frames no other site. */
const links = '<base target="_blank">';

export function forFrame(html: string, theme: 'light' | 'dark'): string {
  const shown = theme === 'dark' ? atNight(html) : html;
  return shown.includes('</head>') ? shown.replace('</head>', () => `${links}</head>`) : links + shown;
}
