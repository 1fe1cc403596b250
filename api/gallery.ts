/** The gallery as it lies on the disk: read once, when somebody first asks. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fold } from '../engine/conditions/fold.ts';
import { referencesOf } from '../engine/flow/portable.ts';
import { type Graph, graphSchema } from '../engine/flow/schema.ts';
import { type OnShelf, shelf } from '../engine/gallery/shelf.ts';
import { readTemplateFile, type TemplateFile } from '../engine/templates/file.ts';

export interface GalleryFlow extends OnShelf {
  graph: Graph;
  /** Those that it sends. */
  templates: TemplateFile[];
}

const folder = join(import.meta.dirname, '../engine/gallery');
let kept: Promise<GalleryFlow[]> | null = null;

export function readGallery(): Promise<GalleryFlow[]> {
  kept ??= readAll();
  return kept;
}

async function readAll(): Promise<GalleryFlow[]> {
  const names = await readdir(join(folder, 'templates'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'templates', name), 'utf8')));
  const templates = texts.flatMap((text) => readTemplateFile(text) ?? []);
  return Promise.all(
    shelf.map(async ({ slug, about }) => {
      const graph = graphSchema.parse(JSON.parse(await readFile(join(folder, `${slug}.flow.json`), 'utf8')));
      const sent = new Set(
        referencesOf(graph).flatMap((one) => (one.kind === 'template' ? fold(one.reference) : [])),
      );
      return { slug, about, graph, templates: templates.filter(({ name }) => sent.has(fold(name))) };
    }),
  );
}
