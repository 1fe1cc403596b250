/** The folder of flow files: `NAME.flow.json`, `templates/NAME.md`, and what the server's drafts were at the last pull. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '../../engine/conditions/fold.ts';
import { flowFile } from '../../engine/flow/portable.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { Obstacle } from '../sentence.ts';

export interface TemplateFile {
  name: string;
  subject: string;
  body: string;
}

export interface Folder {
  path: string;
  /** By file name. @throws {Obstacle} for a file that is no flow, with the place where it is wrong. */
  flows(): { file: string; graph: Graph }[];
  templates(): { file: string; template: TemplateFile }[];
  writeFlow(graph: Graph): string;
  writeTemplate(template: TemplateFile): string;
  /** Flow name → the draft's revision at the last pull or push. */
  revisions(): Record<string, number>;
  writeRevisions(revisions: Record<string, number>): void;
}

const flowEnding = '.flow.json';

/** A name as a file's: "Silver medallists" → `silver-medallists`. */
export const slugOf = (name: string): string =>
  fold(name)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'flow';

export function openFolder(path: string): Folder {
  const templates = join(path, 'templates');
  const revisions = join(path, '.pulled.json');
  const read = (folder: string, ending: string) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith(ending))
          .sort()
          .map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
      : [];
  const write = (folder: string, name: string, text: string): string => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name);
    // A file that says the same already keeps its time, so that nothing seems to have changed.
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
    return file;
  };
  return {
    path,
    flows: () => read(path, flowEnding).map(({ file, text }) => ({ file, graph: readFlow(file, text) })),
    templates: () =>
      read(templates, '.md').map(({ file, text }) => ({ file, template: readTemplate(file, text) })),
    writeFlow: (graph) => write(path, `${slugOf(graph.name)}${flowEnding}`, flowFile(graph)),
    writeTemplate: (template) => write(templates, `${slugOf(template.name)}.md`, templateFile(template)),
    revisions: () =>
      (existsSync(revisions) ? readJson(revisions, readFileSync(revisions, 'utf8')) : {}) as Record<
        string,
        number
      >,
    writeRevisions: (given) => {
      write(path, '.pulled.json', `${JSON.stringify(given, Object.keys(given).sort(), 2)}\n`);
    },
  };
}

function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Obstacle(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function readFlow(file: string, text: string): Graph {
  const read = graphSchema.safeParse(readJson(file, text));
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Obstacle(`${file} is not a flow:\n${wrong.join('\n')}`);
}

/** Name and subject as headers, an empty line, the body in Markdown. */
export const templateFile = ({ name, subject, body }: TemplateFile): string =>
  `Name: ${name}\nSubject: ${subject}\n\n${body.trimEnd()}\n`;

function readTemplate(file: string, text: string): TemplateFile {
  const [, head = '', body = ''] = /^((?:[A-Za-z]+: .*\r?\n)+)\r?\n([\s\S]*)$/.exec(text) ?? [];
  const header = (name: string) => new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(head)?.[1]?.trim();
  const [name, subject] = [header('Name'), header('Subject')];
  if (!name || !subject)
    throw new Obstacle(
      `${file} is not a template: it begins with “Name: …” and “Subject: …”, then an empty line.`,
    );
  return { name, subject, body: body.trimEnd() };
}
