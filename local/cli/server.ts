/** The server as `tendril flows` sees it: its lists, drafts and templates, through the API that everyone has. */
import { ApiProblem, answer, client } from '../../api/client.ts';
import type { Named, References } from '../../engine/flow/portable.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import type { TemplateFile } from '../../engine/templates/file.ts';
import { Obstacle } from '../sentence.ts';

export interface FlowOnServer extends Named {
  /** Null: never published. */
  version: number | null;
  liveSince: string | null;
  /** The draft differs from the live version. */
  draftChanged: boolean;
}
export interface TemplateOnServer extends TemplateFile {
  id: string;
  version: number;
  updatedAt: string;
}

export interface Server {
  flows(): Promise<FlowOnServer[]>;
  references(): Promise<References>;
  draft(id: string): Promise<{ graph: Graph; revision: number }>;
  template(id: string): Promise<TemplateOnServer>;
  createFlow(name: string): Promise<string>;
  /** Null revision: whatever is there. @throws {DraftChanged} when another revision is there. */
  saveDraft(
    id: string,
    graph: Graph,
    revision: number | null,
  ): Promise<{ revision: number; problems: string[] }>;
  publish(id: string, note: string | undefined): Promise<number>;
  createTemplate(template: TemplateFile): Promise<Pick<TemplateOnServer, 'id' | 'version'>>;
  saveTemplate(id: string, template: TemplateFile): Promise<Pick<TemplateOnServer, 'id' | 'version'>>;
}

export class DraftChanged extends Error {}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** @throws {Obstacle} when there is no key. */
export function openServer(url: string, apiKey: string | undefined): Server {
  if (!URL.canParse(url)) throw new Obstacle(`“${url}” is not an address.`);
  if (!apiKey)
    throw new Obstacle(
      'Set TENDRIL_API_KEY. “npm run api-key -- --name flows --role recruiter” prints a key.',
    );
  const { api } = client(url.replace(/\/$/, ''), { apiKey });
  return {
    flows: () => all((query) => ask(answer(api.flows.$get({ query })))),
    async references() {
      const [templates, pools, jobs, people, flows, secrets, pipelines, senders] = await Promise.all([
        all((query) => ask(answer(api.templates.$get({ query })))),
        all((query) => ask(answer(api.pools.$get({ query })))),
        all((query) => ask(answer(api.jobs.$get({ query })))),
        ask(answer(api.users.$get())),
        this.flows(),
        ask(answer(api.secrets.$get())),
        ask(answer(api.pipelines.$get())),
        ask(answer(api.senders.$get())),
      ]);
      return {
        template: templates,
        pool: pools,
        job: jobs.map(({ id, title }) => ({ id, name: title })),
        person: people.items,
        flow: flows,
        secret: secrets.items,
        pipeline: pipelines.items,
        sender: senders.items,
      };
    },
    async draft(id) {
      const { graph, revision } = await ask(answer(api.flows[':id'].draft.$get({ param: { id } })));
      return { graph: graphSchema.parse(graph), revision };
    },
    template: (id) => ask(answer(api.templates[':id'].$get({ param: { id } }))),
    async createFlow(name) {
      return (await ask(answer(api.flows.$post({ json: { name } })))).id;
    },
    async saveDraft(id, graph, revision) {
      const header = revision === null ? {} : { 'if-match': String(revision) };
      const saved = await ask(answer(api.flows[':id'].draft.$put({ param: { id }, header, json: graph })), {
        'draft-stale': () => new DraftChanged(),
      });
      return { revision: saved.revision, problems: saved.problems.map((problem) => problem.message) };
    },
    async publish(id, note) {
      return (
        await ask(answer(api.flows[':id'].publish.$post({ param: { id }, json: note ? { note } : {} })))
      ).number;
    },
    createTemplate: (template) => ask(answer(api.templates.$post({ json: template }))),
    saveTemplate: (id, template) => ask(answer(api.templates[':id'].$put({ param: { id }, json: template }))),
  };
}

async function all<T>(read: (query: { limit: string; cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page<T> = await read({ limit: '200', ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** What keeps a terminal out, where a browser would be told to sign in. */
const atTheDoor: Record<string, string> = {
  'no-answer':
    'The server does not answer. Is it running, and is this its address? --url or TENDRIL_URL says another one.',
  unauthenticated:
    'The server does not know the key in TENDRIL_API_KEY. “npm run api-key -- --name flows --role recruiter” prints one that it does.',
};

/** What the API minds, as a sentence for whoever sits before the terminal. */
async function ask<T>(asked: Promise<T>, known: Record<string, () => Error> = {}): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const own = known[error.code]?.() ?? atTheDoor[error.code];
    if (own instanceof Error) throw own;
    if (own) throw new Obstacle(own, { cause: error });
    throw new Obstacle([error.message, ...details(error)].join('\n  '), { cause: error });
  }
}

function details({ document }: ApiProblem): string[] {
  const red = (document.scenarios ?? []) as {
    name: string;
    judgements: { cameTrue: boolean; expected: string; actual: string }[];
  }[];
  return [
    ...(document.errors ?? []).map(({ path, message }) => `${path ? `${path}: ` : ''}${message}`),
    ...red.flatMap(({ name, judgements }) =>
      judgements.filter((each) => !each.cameTrue).map((each) => `${name}: ${each.expected}. ${each.actual}.`),
    ),
  ];
}
