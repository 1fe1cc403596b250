/** What the workspace has of the things a flow refers to. */
import { sql } from 'kysely';
import { readSenders } from '../../engine/contact/senders.ts';
import { type ContactSettings, readContactSettings } from '../../engine/contact/settings.ts';
import type { StageKind } from '../../engine/facts.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import type { Hosts } from '../../engine/webhooks/hosts.ts';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

export interface StoredWorld {
  /** In their current versions. */
  templates: { id: string; versionId: string; name: string; subject: string; body: string }[];
  pools: { id: string; name: string; isDynamic: boolean; isArchived: boolean }[];
  jobs: { id: string; title: string }[];
  people: { id: string; name: string; email: string }[];
  flows: { id: string; name: string }[];
  pipelines: { id: string; name: string }[];
  senders: { id: string; name: string }[];
  /** Their names, and where they may be sent. */
  secrets: { id: string; name: string; hosts: Hosts }[];
  /** The workspace's. */
  timeZone: string;
  /** Of every pipeline. */
  stages: { id: string; pipelineId: string; name: string; kind: StageKind }[];
  contact: ContactSettings;
}

const anId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Of everything but stages only those whose ids `mentioned` holds somewhere; one statement. Holidays are at hand where they count. */
export async function loadWorld(db: Db | Trx, mentioned: unknown): Promise<StoredWorld> {
  const ids = [...new Set(JSON.stringify(mentioned).match(anId) ?? [])];
  const found = await sql<{
    world: Omit<StoredWorld, 'contact' | 'senders'> & { contact: unknown; senders: unknown };
  }>`
    select jsonb_build_object(
      'templates', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'versionId', v.id, 'name', t.name, 'subject', v.subject, 'body', v.body))
        from template t join template_version v on v.id = t.current_version_id where t.id = any(${ids}::uuid[]) and t.archived_at is null), '[]'),
      'pools', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'isDynamic', condition is not null, 'isArchived', archived_at is not null)) from pool where id = any(${ids}::uuid[])), '[]'),
      'jobs', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'title', title)) from job where id = any(${ids}::uuid[])), '[]'),
      'people', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'email', email)) from "user" where id = any(${ids}::text[])), '[]'),
      'flows', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name)) from flow where id = any(${ids}::uuid[]) and state <> 'archived'), '[]'),
      'pipelines', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name)) from pipeline where id = any(${ids}::uuid[])), '[]'),
      'secrets', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'hosts', coalesce(to_jsonb(hosts), '"any"'))) from secret where id = any(${ids}::uuid[]) and removed_at is null), '[]'),
      'timeZone', coalesce((select time_zone from workspace), 'UTC'),
      'stages', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'pipelineId', pipeline_id, 'name', name, 'kind', kind) order by position) from stage), '[]'),
      'contact', (select settings->'contact' from workspace),
      'senders', (select settings->'senders' from workspace)
    ) as world`.execute(db);
  const world = found.rows[0]?.world ?? {
    templates: [],
    pools: [],
    jobs: [],
    people: [],
    flows: [],
    pipelines: [],
    secrets: [],
    timeZone: 'UTC',
    stages: [],
    contact: null,
    senders: null,
  };
  const contact = readContactSettings(world.contact);
  if (contact.skipHolidays) await loadHolidays();
  return { ...world, contact, senders: readSenders(world.senders) };
}
