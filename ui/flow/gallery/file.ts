/** A flow file that somebody has given to the app, read and looked through. */
import { graphSchema } from '../../../engine/flow/schema.ts';
import type { TemplateFile } from '../../../engine/templates/file.ts';
import type { GivenFile } from '../server.ts';
import { flowTexts as t } from '../texts.ts';

/** Bytes; the API takes no more. */
const largest = 4 * 1024 * 1024;

/** Thrown when a file is no flow file; its message is a sentence for whoever chose it. */
export class NoFlowFile extends Error {}

/** @throws {NoFlowFile} */
export async function readGivenFile(file: File): Promise<GivenFile> {
  if (file.size > largest) throw new NoFlowFile(t.files.tooLarge(file.name));
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    throw new NoFlowFile(t.files.notJson(file.name));
  }
  const graph = graphSchema.safeParse(json);
  if (!graph.success) {
    const [issue] = graph.error.issues;
    const where = issue?.path.join('.');
    throw new NoFlowFile(t.files.notFlow(file.name, `${where ? `${where}: ` : ''}${issue?.message ?? ''}`));
  }
  const given = typeof json === 'object' && json !== null && 'templates' in json ? json.templates : [];
  return { graph: graph.data, templates: (Array.isArray(given) ? given : []).filter(isTemplate) };
}

const isTemplate = (value: unknown): value is TemplateFile =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'subject', 'body'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string');
