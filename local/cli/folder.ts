/** The folder of flow files: `NAME.flow.json`, `templates/NAME.md`, and what the server's drafts were at the last pull. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowFile } from '../../engine/flow/portable.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { headerIn, readTemplateFile, type TemplateFile, templateFile } from '../../engine/templates/file.ts';
import { Obstacle } from '../sentence.ts';
import { stemFor, stemsOf } from './file-names.ts';
import { type Pulled, pulledFile, readPulled } from './pulled.ts';

/** A file that is here; `normal`: as it would be written anew. */
export interface Standing {
  file: string;
  normal: string;
}

export interface Folder {
  path: string;
  /** By file name. @throws {Obstacle} for a file that is no flow, with the place where it is wrong. */
  flows(): { file: string; graph: Graph }[];
  templates(): { file: string; template: TemplateFile }[];
  /** The file of this very name; null: there is none. `graph` null: it cannot be read. */
  flow(name: string): (Standing & { graph: Graph | null }) | null;
  template(name: string): (Standing & { template: TemplateFile }) | null;
  /** Written beside files of such other `names`, all of which keep files of their own. Answers the file. */
  writeFlow(graph: Graph, names: readonly string[]): string;
  writeTemplate(template: TemplateFile, names: readonly string[]): string;
  /** What the flow files are of, as far as they can be read. */
  flowNames(): string[];
  templateNames(): string[];
  /** Removes whatever file holds the flow, or the template, of this very name. */
  removeFlow(name: string): void;
  removeTemplate(name: string): void;
  pulled(): Pulled;
  writePulled(pulled: Pulled): void;
}

const flowEnding = '.flow.json';
const templateEnding = '.md';

export function openFolder(path: string): Folder {
  const templates = join(path, 'templates');
  const pulled = join(path, '.pulled.json');
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
  /** One name, one file: what it was called while no other name was like it (or while one was) goes. */
  const writeNamed = (
    { folder, ending, nameIn }: { folder: string; ending: string; nameIn: (text: string) => string | null },
    name: string,
    names: readonly string[],
    text: string,
  ): string => {
    const stem = stemFor(name, names);
    for (const other of stemsOf(name)) {
      const file = join(folder, `${other}${ending}`);
      if (other !== stem && existsSync(file) && nameIn(readFileSync(file, 'utf8')) === name) rmSync(file);
    }
    return write(folder, `${stem}${ending}`, text);
  };
  const flowFiles = { folder: path, ending: flowEnding, nameIn: flowNameIn };
  const templateFiles = {
    folder: templates,
    ending: templateEnding,
    nameIn: (text: string) => headerIn(text, 'Name'),
  };
  const named = ({ folder, ending, nameIn }: typeof flowFiles, name: string) =>
    read(folder, ending).filter(({ text }) => nameIn(text) === name);
  const namesIn = ({ folder, ending, nameIn }: typeof flowFiles) =>
    read(folder, ending).flatMap(({ text }) => nameIn(text) ?? []);
  return {
    path,
    flows: () => read(path, flowEnding).map(({ file, text }) => ({ file, graph: readFlow(file, text) })),
    templates: () =>
      read(templates, templateEnding).map(({ file, text }) => ({ file, template: readTemplate(file, text) })),
    flow(name) {
      const [found] = named(flowFiles, name);
      if (!found) return null;
      const graph = graphSchema.safeParse(readJson(found.file, found.text)).data ?? null;
      return { file: found.file, graph, normal: graph ? flowFile(graph) : found.text };
    },
    template(name) {
      const [found] = named(templateFiles, name);
      if (!found) return null;
      const template = readTemplate(found.file, found.text);
      return { file: found.file, template, normal: templateFile(template) };
    },
    writeFlow: (graph, names) => writeNamed(flowFiles, graph.name, names, flowFile(graph)),
    writeTemplate: (template, names) =>
      writeNamed(templateFiles, template.name, names, templateFile(template)),
    flowNames: () => namesIn(flowFiles),
    templateNames: () => namesIn(templateFiles),
    removeFlow(name) {
      for (const { file } of named(flowFiles, name)) rmSync(file);
    },
    removeTemplate(name) {
      for (const { file } of named(templateFiles, name)) rmSync(file);
    },
    pulled() {
      const found = existsSync(pulled) ? readJson(pulled, readFileSync(pulled, 'utf8')) : {};
      return readPulled(Object(found));
    },
    writePulled(given) {
      write(path, '.pulled.json', pulledFile(given));
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

/** Null: it cannot be read, or has no name. */
function flowNameIn(text: string): string | null {
  try {
    const { name } = JSON.parse(text) ?? {};
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}

function readFlow(file: string, text: string): Graph {
  const read = graphSchema.safeParse(readJson(file, text));
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Obstacle(`${file} is not a flow:\n${wrong.join('\n')}`);
}

function readTemplate(file: string, text: string): TemplateFile {
  const read = readTemplateFile(text);
  if (!read)
    throw new Obstacle(
      `${file} is not a template: it begins with “Name: …” and “Subject: …”, then an empty line.`,
    );
  return read;
}
