import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../local/paths.ts';

interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  restart?: string;
  healthcheck?: object;
  depends_on?: Record<string, { condition: 'service_healthy' | 'service_completed_successfully' }>;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const compose: { services: Record<string, Service>; volumes: Record<string, unknown> } = parse(
  read('docker-compose.yml'),
  { merge: true },
);

describe('docker-compose.yml', () => {
  it('is what the Compose specification allows', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const { $schema: _, ...schema } = JSON.parse(read('test/fixtures/compose-spec/compose-spec.schema.json'));
    const validate = ajv.compile(schema);
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('has every part, and workers that can be scaled', () => {
    expect(Object.keys(compose.services)).toEqual([
      'postgres',
      'temporal-schema',
      'temporal',
      'temporal-namespace',
      'temporal-ui',
      'api',
      'worker',
    ]);
    expect(compose.services.worker?.ports).toBeUndefined();
  });

  it('waits only for services that tell when they are ready, or that end', () => {
    const waits = Object.values(compose.services).flatMap(({ depends_on = {} }) =>
      Object.entries(depends_on),
    );
    const ready = {
      service_healthy: ({ healthcheck }: Service) => healthcheck !== undefined,
      service_completed_successfully: ({ restart }: Service) => restart?.startsWith('on-failure') === true,
    };
    expect(waits.length).toBeGreaterThan(5);
    expect(
      waits.filter(([name, { condition }]) => !ready[condition]?.(compose.services[name] ?? {})),
    ).toEqual([]);
  });

  it('runs one version of Temporal, with the tools that are made for it', () => {
    const images = Object.values(compose.services).map(({ image = '' }) => image);
    const versions = images.flatMap(
      (image) => /^temporalio\/(?:server|admin-tools):(.*)$/.exec(image)?.[1] ?? [],
    );
    expect(versions).toHaveLength(3);
    expect(new Set(versions).size).toBe(1);
  });

  it('publishes on loopback only', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('starts scripts that exist, and gives them settings that exist', () => {
    expect(existsSync(join(root, compose.services.worker?.command?.[1] ?? ''))).toBe(true);
    const settings = read('engine/settings.ts');
    const given = Object.keys({
      ...compose.services.api?.environment,
      ...compose.services.worker?.environment,
    });
    expect(given.filter((name) => !settings.includes(`  ${name}: `))).toEqual([]);
  });

  it('keeps what it stores in named volumes', () => {
    const used = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0]),
    );
    expect(used.filter((name) => !(name && name in compose.volumes))).toEqual([]);
  });
});
