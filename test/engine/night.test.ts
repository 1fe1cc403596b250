/** A mail's night side. */
import { expect, it } from 'vitest';
import { withFooter } from '../../engine/templates/footer.ts';
import { atNight } from '../../engine/templates/night.ts';

it('lays its colours over the mail’s own and changes no word of it', () => {
  const { html } = withFooter(
    { html: '<p>Costs $& and $1</p>', text: '' },
    { unsubscribeUrl: '#', workspaceName: 'Halden' },
  );
  const dark = atNight(html);
  expect(dark).toContain('color-scheme:dark');
  expect(dark.indexOf('<style>')).toBeLessThan(dark.indexOf('</head>'));
  expect(dark.replace(/<style>.*<\/style>/s, '')).toBe(html);
});

it('also where the mail has no head', () => {
  expect(atNight('<p>Hi</p>')).toMatch(/^<style>.*<\/style><p>Hi<\/p>$/s);
});
