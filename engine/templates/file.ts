/** Pure: a template as a file: name and subject as headers, an empty line, the body in Markdown. */

export interface TemplateFile {
  name: string;
  subject: string;
  body: string;
}

export const templateFile = ({ name, subject, body }: TemplateFile): string =>
  `Name: ${name}\nSubject: ${subject}\n\n${body.trimEnd()}\n`;

const parted = /^((?:[A-Za-z]+: .*\r?\n)+)\r?\n([\s\S]*)$/;

/** Null: it has none of that name. */
export function headerIn(text: string, name: string): string | null {
  const [, head = ''] = parted.exec(text) ?? [];
  return new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(head)?.[1]?.trim() || null;
}

/** Null: it does not begin with “Name: …” and “Subject: …”, then an empty line. */
export function readTemplateFile(text: string): TemplateFile | null {
  const [name, subject] = [headerIn(text, 'Name'), headerIn(text, 'Subject')];
  if (!name || !subject) return null;
  return { name, subject, body: (parted.exec(text)?.[2] ?? '').trimEnd() };
}
