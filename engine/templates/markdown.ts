/**
 * Pure: a template's Markdown → HTML and plain text, its Liquid left in place. Markdown comes first and values come
 * last, so that nothing in a candidate's name can become a link or a heading.
 */
import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from './liquid.ts';

const liquidPart = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const allowedLink = /^(https?:\/\/|mailto:)/i;

/** Stand-ins for Liquid while Markdown is read: private characters that no template can contain by then. */
const mark = (index: number, isTag: boolean): string => `\uE000${isTag ? '\uE002' : ''}${index}\uE001`;
const marks = /\uE000\uE002?(\d+)\uE001/g;
const tagLine = /^[ \t]*(?:\uE000\uE002\d+\uE001[ \t]*)+$/gm;
const tagParagraph = /<p>((?:\s*\uE000\uE002\d+\uE001)+\s*)<\/p>/g;

/** `html` and `text` are Liquid templates. */
export function fromMarkdown(body: string): { html: string; text: string } {
  const kept: string[] = [];
  const marked = body
    .replace(/[\uE000-\uE002]/g, '')
    .replace(liquidPart, (part) => mark(kept.push(part) - 1, part.startsWith('{%')));
  // A tag on a line of its own stands between paragraphs, not in one.
  const source = marked.replace(tagLine, (line) => `\n\n${line.trim()}\n\n`);
  const restore = (text: string) => text.replace(marks, (_whole, index: string) => kept[Number(index)] ?? '');
  const tokens = markdown.lexer(source);
  return {
    html: restore(markdown.parser(tokens).replace(tagParagraph, '$1')),
    text: restore(
      blocks(tokens)
        .replace(/\n{3,}/g, '\n\n')
        .trim(),
    ),
  };
}

/** Links whose address came from a value are checked once it is known. */
export const withoutBadLinks = (html: string): string =>
  html.replace(/<a href="([^"]*)"/g, (whole, address: string) => (allowedLink.test(address) ? whole : '<a'));

const markdown = new Marked({ gfm: true, breaks: true });
markdown.use({
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ text }) => escapeHtml(text),
    checkbox: ({ checked }) => (checked ? '[x] ' : '[ ] '),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const isOpen = href.startsWith('\uE000');
      return isOpen || allowedLink.test(href) ? `<a href="${escapeHtml(href)}">${text}</a>` : text;
    },
  },
});

function blocks(tokens: readonly Token[]): string {
  return tokens.map(block).join('');
}

function block(token: Token): string {
  switch (token.type) {
    case 'space':
      return '';
    case 'hr':
      return '---\n\n';
    case 'list': {
      const list = token as Tokens.List;
      const bullet = (index: number) => (list.ordered ? `${Number(list.start || 1) + index}. ` : '- ');
      const items = list.items.map(
        (item, index) => bullet(index) + blocks(item.tokens).trim().replaceAll('\n', '\n  '),
      );
      return `${items.join('\n')}\n\n`;
    }
    case 'blockquote':
      return `${blocks((token as Tokens.Blockquote).tokens)
        .trim()
        .replace(/^/gm, '> ')}\n\n`;
    case 'table': {
      const table = token as Tokens.Table;
      return `${[table.header, ...table.rows].map((row) => row.map((cell) => inline(cell.tokens)).join(' | ')).join('\n')}\n\n`;
    }
    default: {
      const text =
        'tokens' in token && token.tokens
          ? inline(token.tokens)
          : 'text' in token
            ? String(token.text)
            : token.raw;
      return `${text.trimEnd()}\n\n`;
    }
  }
}

function inline(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'br') return '\n';
      if (token.type === 'link') {
        const link = token as Tokens.Link;
        const text = inline(link.tokens);
        const isOpen = link.href.startsWith('\uE000');
        const isPlain = text === link.href || `mailto:${text}` === link.href;
        return isPlain || !(isOpen || allowedLink.test(link.href)) ? text : `${text} (${link.href})`;
      }
      if ('tokens' in token && token.tokens) return inline(token.tokens);
      return 'text' in token ? String(token.text) : token.raw;
    })
    .join('');
}
