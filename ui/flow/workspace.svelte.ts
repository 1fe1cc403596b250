/** The lists that flows refer to, and the texts of the templates that are in use. */
import { loadHolidays } from '../../engine/time/holidays.ts';
import { nothingYet, type Workspace } from './inspector/choices.ts';
import {
  contactSettings,
  listCustomFields,
  listFlows,
  listJobs,
  listPeople,
  listPipelines,
  listPools,
  listSecrets,
  listSenders,
  listSources,
  listTags,
  listTemplates,
  loadTemplate,
} from './server.ts';

type Template = Workspace['templates'][number];

export class WorkspaceLists {
  value = $state.raw<Workspace>(nothingYet);
  readonly #texts = new Map<string, Template>();

  /** @throws {Problem} when one of the lists cannot be had. */
  async load(templateIds: readonly string[]): Promise<void> {
    const [
      templates,
      pools,
      archivedPools,
      jobs,
      pipelines,
      sources,
      tags,
      people,
      flows,
      customFields,
      secrets,
      senders,
      contact,
    ] = await Promise.all([
      listTemplates(),
      listPools(),
      listPools(true),
      listJobs(),
      listPipelines(),
      listSources(),
      listTags(),
      listPeople(),
      listFlows(),
      listCustomFields(),
      listSecrets(),
      listSenders(),
      contactSettings(),
      this.#read(templateIds),
    ]);
    // What plays a flow here passes over them as the house does.
    if (contact.skipHolidays) await loadHolidays();
    this.value = {
      templates: templates.items.map((row) => this.#texts.get(row.id) ?? { ...row, body: '' }),
      pools: [...pools.items, ...archivedPools.items].map(({ id, name, members, condition, archivedAt }) => ({
        ...{ id, name, members },
        isDynamic: condition !== null,
        isArchived: archivedAt !== null,
      })),
      jobs: jobs.items,
      stages: [...new Set(pipelines.items.flatMap((pipeline) => pipeline.stages.map((stage) => stage.name)))],
      sources: sources.items,
      tags: tags.items.map((each) => each.tag),
      people: people.items,
      flows: flows.items,
      pipelines: pipelines.items,
      secrets: secrets.items,
      senders: senders.items,
      customFields: customFields.items.map((each) => each.name),
      contact,
    };
  }

  /** Loads the text of templates that a step has just chosen. */
  async need(templateIds: readonly string[]): Promise<void> {
    const missing = templateIds.filter((id) => !this.#texts.has(id));
    if (missing.length === 0) return;
    await this.#read(missing);
    this.#show();
  }

  /** Reads a template again that was just written. */
  async renew(templateId: string): Promise<void> {
    this.#texts.delete(templateId);
    await this.#read([templateId]);
    this.#show();
  }

  addPool(pool: Workspace['pools'][number]): void {
    this.value = { ...this.value, pools: [...this.value.pools, pool] };
  }

  async #read(ids: readonly string[]): Promise<void> {
    await Promise.all(
      [...new Set(ids)].map(async (id) => {
        // A template that is gone is a problem of the flow, and is shown as one.
        const found = await loadTemplate(id).catch(() => null);
        if (found) this.#texts.set(id, found);
      }),
    );
  }

  #show(): void {
    const listed = this.value.templates.map((row) => this.#texts.get(row.id) ?? row);
    const fresh = [...this.#texts.values()].filter((text) => !listed.some((row) => row.id === text.id));
    this.value = { ...this.value, templates: [...listed, ...fresh] };
  }
}
