import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withFooter } from '../../engine/templates/footer.ts';
import { renderMessage, unknownVariables, variablesOf } from '../../engine/templates/render.ts';
import { TemplateProblem } from '../../engine/templates/template-problem.ts';
import { application, facts } from './people.ts';

const body = (text: string, of = facts()) => renderMessage({ subject: 'Hello', body: text }, of);

function problemOf(text: string, of = facts()): TemplateProblem {
  try {
    body(text, of);
  } catch (error) {
    if (error instanceof TemplateProblem) return error;
    throw error;
  }
  throw new Error('no problem');
}

test('Markdown and Liquid become HTML and plain text', () => {
  const message = body(
    '# Hello {{ candidate.firstName }}\n\nSee [our jobs](https://example.com/jobs).\nBest,\n**{{ workspace.name }}**\n\n- one\n- two',
  );
  expect(message.html).toBe(
    '<h1>Hello Inês</h1>\n<p>See <a href="https://example.com/jobs">our jobs</a>.<br>Best,<br><strong>Halden Robotics</strong></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>',
  );
  expect(message.text).toBe(
    'Hello Inês\n\nSee our jobs (https://example.com/jobs).\nBest,\nHalden Robotics\n\n- one\n- two',
  );
});

test('nothing in a value becomes HTML, Markdown or Liquid', () => {
  const nasty = facts({
    firstName:
      '<img src=x onerror=alert(1)> [free](https://evil.example) **B** {{ workspace.name }} {% if %}',
  });
  const { html, text } = body('Hello {{ candidate.firstName }}!', nasty);
  expect(html).toBe(
    '<p>Hello &lt;img src=x onerror=alert(1)&gt; [free](https://evil.example) **B** {{ workspace.name }} {% if %}!</p>',
  );
  expect(text).toBe(
    'Hello <img src=x onerror=alert(1)> [free](https://evil.example) **B** {{ workspace.name }} {% if %}!',
  );
});

test('no value, whatever it holds, adds a tag or leaves an attribute', () => {
  const template =
    'Hi {{ candidate.firstName }}, [go](https://example.com/?who={{ candidate.firstName }}) or [home]({{ candidate.firstName }})';
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
      (firstName) => {
        const { html } = body(template, facts({ firstName }));
        const tags = html.match(/<[^>]*>/g) ?? [];
        expect(tags.filter((tag) => tag.startsWith('<a')).length).toBe(2);
        expect(tags).toHaveLength(6);
        expect(html).not.toMatch(/href="(?!https?:|mailto:)/i);
      },
    ),
  );
});

test('a link whose address comes from a value must be a web or mail address', () => {
  const link = (portfolio: string) =>
    body('[Portfolio]({{ candidate.custom.portfolio }})', facts({ custom: { portfolio } })).html;
  expect(link('https://ines.example')).toBe('<p><a href="https://ines.example">Portfolio</a></p>');
  expect(link('javascript:alert(1)')).toBe('<p><a>Portfolio</a></p>');
});

test('a template’s own HTML and unsafe links stay text', () => {
  expect(body('<script>alert(1)</script>').html).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(body('[x](javascript:alert(1))').html).toBe('<p>x</p>');
  expect(body('![pixel](https://example.com/p.png)').html).toBe('<p>pixel</p>');
});

test('what is empty takes its fallback', () => {
  expect(body('At {{ candidate.company | default: "your company" }}').text).toBe('At your company');
  expect(body('{{ candidate.custom.level | default: "you" }}').text).toBe('you');
  expect(body('x{{ candidate.company | default: "" }}y').text).toBe('xy');
  expect(body('{{ job.title | upcase | default: "A JOB" }}').text).toBe('A JOB');
});

test('what is empty and has no fallback stops the message', () => {
  expect(problemOf('At {{ candidate.company }}')).toMatchObject({ variable: 'candidate.company' });
  expect(problemOf('For {{ job.title }}')).toMatchObject({ variable: 'job.title' });
  expect(problemOf('Hi {{ candidate.firstName }}', facts({ firstName: '  ' }))).toMatchObject({
    variable: 'candidate.firstName',
  });
});

test('no way of writing a variable lets an empty one through', () => {
  for (const text of [
    'At {{ candidate["company"] }}',
    'At {{ candidate.company | upcase }}',
    'At {{ candidate.company | append: " & Co | default: x" }}',
    'At {{ candidate.firstName | append: candidate.company }}',
    'At {{ "the " | append: candidate.company }}',
    'At {{ candidate.company | default: candidate["company"] }}',
    'At {{ candidate.firstName | remove: "Inês" }}',
    '{% if true %}{% for tag in candidate.custom.list %}At {{ candidate.company }}{% endfor %}{% endif %}',
  ])
    expect(problemOf(text, facts({ custom: { list: ['a'] } })).message, text).toMatch(
      /is empty, and the template says/,
    );
});

test('a fallback takes the place of blanks, not of a zero', () => {
  expect(body('{{ candidate.firstName | default: "there" }}', facts({ firstName: '  ' })).text).toBe('there');
  expect(body('{{ candidate.custom.roles | default: "some" }}', facts({ custom: { roles: 0 } })).text).toBe(
    '0',
  );
  expect(
    body('{{ candidate.custom.remote | default: "no" }}', facts({ custom: { remote: false } })).text,
  ).toBe('no');
  expect(body('{{ candidate.company | default: candidate.headline | default: "x" }}').text).toBe(
    'Backend engineer',
  );
  expect(body('{{ candidate.custom.remote }}', facts({ custom: { remote: false } })).text).toBe('false');
  expect(body('x{{ nil }}{{ empty }}y').text).toBe('xy');
});

test('a custom field of any name can be put in', () => {
  const of = facts({ custom: { 'job title': 'Engineer' } });
  expect(body('{{ candidate.custom["job title"] }}', of).text).toBe('Engineer');
  expect(variablesOf({ subject: '', body: '{{ candidate.custom["job title"] }}' })).toEqual([
    { path: "candidate.custom['job title']", fallback: null, guarded: false },
  ]);
});

test('space that an output takes away around it stays away', () => {
  expect(body('Dear {{- candidate.firstName -}} , hello').text).toBe('DearInês, hello');
});

test('no template holds up the house: loops, ranges, long texts, deep nesting', () => {
  const many = facts({ tags: Array.from({ length: 40 }, (_, n) => `tag-${n}`) });
  const around = (depth: number, inside: string) =>
    '{% for tag in candidate.tags %}'.repeat(depth) + inside + '{% endfor %}'.repeat(depth);
  const grown = 'abcdefgh'
    .split('')
    .map((letter, n) => ` | replace: "${letter}", "${String.fromCharCode(98 + n).repeat(50)}"`)
    .join('');
  for (const [text, why] of [
    [around(6, ''), 'go round too often'],
    [around(6, '{{ tag }}'), 'go round too often'],
    ['{% for n in (1..1000000) %}{% endfor %}', 'go round too often'],
    ['{% for n in (1..1000000000) %}{% endfor %}', 'limit exceeded'],
    [`{% for n in (1..9000) %}${'x'.repeat(1000)}{% endfor %}`, 'too long'],
    [`{{ "aaaaaaaaaa"${grown} }}`, 'limit exceeded'],
    ['> '.repeat(50_000), 'too deeply'],
    ['{% if true %}'.repeat(9000) + '{% endif %}'.repeat(9000), ''],
  ] as const)
    expect(problemOf(text, many).message).toContain(why);
  expect(body(around(2, '{{ tag }} '), many).text).toContain('tag-39');
});

test('what is asked about first may be empty', () => {
  const template = 'Hi.\n{% if candidate.company %}\nHow is {{ candidate.company }}?\n{% endif %}\nBye.';
  expect(body(template).text).toBe('Hi.\n\nBye.');
  expect(body(template, facts({ company: 'Acme' })).text).toBe('Hi.\n\nHow is Acme?\n\nBye.');
});

test('a path that does not exist is a problem even behind a fallback', () => {
  expect(problemOf('{{ candidate.shoeSize | default: "9" }}')).toMatchObject({
    variable: 'candidate.shoeSize',
  });
  expect(problemOf('{{ candidate.constructor }}').variable).toBe('candidate.constructor');
  expect(unknownVariables({ subject: '{{ company }}', body: '{% if job.pay %}{% endif %}' })).toEqual([
    'company',
    'job.pay',
  ]);
});

test('what would reach outside is not there', () => {
  for (const text of [
    '{% include "x" %}',
    '{% render "x" %}',
    '{{ candidate.firstName | raw }}',
    '{{ "now" | date: "%Y" }}',
    '{{ candidate.tags | sample }}',
  ]) {
    expect(problemOf(text)).toBeInstanceOf(TemplateProblem);
  }
});

test('a broken template says so', () => {
  expect(problemOf('{% if candidate.company %}').message).toContain('not closed');
});

test('dates stand on the candidate’s calendar', () => {
  const of = facts(
    { timeZone: 'Asia/Tokyo' },
    { application: application({ appliedAt: '2026-11-20T20:00:00Z' }) },
  );
  expect(body('{{ application.appliedAt | date: "%A, %-d %B %Y" }}', of).text).toBe(
    'Saturday, 21 November 2026',
  );
});

test('a plain date is the same day in every zone', () => {
  const of = facts({
    timeZone: 'America/New_York',
    custom: { startsOn: '2026-12-01', when: '2026-12-01T09:00' },
  });
  expect(body('{{ candidate.custom.startsOn | date }}', of).text).toBe('1 December 2026');
  expect(problemOf('{{ candidate.custom.when | date }}', of).message).toContain('is not a date');
});

test('a subject is one line of plain text', () => {
  const of = facts({ firstName: 'Inês\r\nBcc: everyone@example.com <b>' });
  expect(renderMessage({ subject: 'Hi {{ candidate.firstName }}', body: 'x' }, of).subject).toBe(
    'Hi Inês Bcc: everyone@example.com <b>',
  );
});

test('its variables are listed with their fallbacks', () => {
  expect(
    variablesOf({
      subject: 'Hi {{ candidate.firstName | default: "there" }}',
      body: '{{ candidate.firstName }}{% for tag in candidate.tags %}{{ tag }}{% endfor %}{% if job.title %}{{ job.title }}{% endif %}',
    }),
  ).toEqual([
    { path: 'candidate.firstName', fallback: null, guarded: false },
    { path: 'job.title', fallback: null, guarded: true },
  ]);
});

test('the footer names who writes and how to stop it', () => {
  const { html, text } = withFooter(body('Hello'), {
    unsubscribeUrl: 'https://t.example/u/abc?x=1&y=2',
    workspaceName: 'Halden & Co',
  });
  expect(html).toContain('Halden &amp; Co · <a href="https://t.example/u/abc?x=1&amp;y=2"');
  expect(text).toContain('Halden & Co\nUnsubscribe: https://t.example/u/abc?x=1&y=2');
});
