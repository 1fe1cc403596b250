/** Pure: the variables that a template may use, and their values for one candidate. */
import type { Facts } from '../facts.ts';
import { zoneFor } from '../time/calendar.ts';

export interface TemplateVariable {
  path: string;
  label: string;
  /** Whether there is always something to put in: `with-application` where the candidate came by one. */
  filled: 'always' | 'with-application' | 'perhaps';
}

const variable = (
  path: string,
  label: string,
  filled: TemplateVariable['filled'] = 'perhaps',
): TemplateVariable => ({ path, label, filled });

/** There in emails that invite to something: the candidate's own way to it. */
export const linkPath = 'link';

export const templateVariables: TemplateVariable[] = [
  variable('candidate.firstName', 'First name'),
  variable('candidate.lastName', 'Last name'),
  variable('candidate.fullName', 'Full name', 'always'),
  variable('candidate.email', 'Email', 'always'),
  variable('candidate.phone', 'Phone'),
  variable('candidate.headline', 'Headline'),
  variable('candidate.company', 'Company'),
  variable('candidate.location', 'Location'),
  variable('candidate.country', 'Country'),
  variable('candidate.source', 'Source'),
  variable('candidate.tags', 'Tags'),
  variable('candidate.createdAt', 'Known since', 'always'),
  variable('application.stage', 'Stage'),
  variable('application.status', 'Application’s status', 'with-application'),
  variable('application.source', 'Application’s source'),
  variable('application.appliedAt', 'Applied on', 'with-application'),
  variable('job.title', 'Job'),
  variable('job.department', 'Department'),
  variable('job.location', 'Job’s location'),
  variable('owner.firstName', 'Owner’s first name'),
  variable('owner.fullName', 'Owner'),
  variable('owner.email', 'Owner’s email'),
  variable('workspace.name', 'Company', 'always'),
  variable(linkPath, 'Personal link', 'always'),
];

const byPath = new Map(templateVariables.map((each) => [each.path, each]));
/** `candidate.custom.level`, or `candidate.custom['job title']` where the name is no plain word. */
const customField = /^candidate\.custom(?:\.([\w-]+)|\['([^']+)'\])$/;

/** The variable of that path; `candidate.custom.<name>` exists for any name. Null: there is none. */
export function findVariable(path: string): TemplateVariable | null {
  const known = byPath.get(path);
  if (known) return known;
  const custom = customName(path);
  return custom === null ? null : variable(path, custom);
}

/** `text` for a reader who is no template: “Call {{ candidate.firstName }}” is “Call [First name]”. */
export const withLabels = (text: string): string =>
  text.replace(
    /\{\{-?\s*([^|}]+?)\s*(?:\|[^}]*)?-?\}\}/g,
    (_, path: string) => `[${findVariable(path)?.label ?? path}]`,
  );

function customName(path: string): string | null {
  const [, plain, quoted] = customField.exec(path) ?? [];
  return plain ?? quoted ?? null;
}

/**
 * What Liquid sees: each of `paths` is there, null where there is no value, so that only a path that does not exist
 * at all is an undefined one.
 */
export function scopeOf(facts: Facts, paths: readonly string[]): Record<string, unknown> {
  const scope: Record<string, unknown> = { zone: zoneFor(facts) };
  for (const path of paths) {
    const custom = customName(path);
    const names = custom === null ? path.split('.') : ['candidate', 'custom', custom];
    const last = names.pop() ?? '';
    let [from, into]: unknown[] = [facts, scope];
    for (const name of names) {
      from = own(from, name);
      into = (into as Record<string, unknown>)[name] ??= {};
    }
    (into as Record<string, unknown>)[last] = own(from, last) ?? null;
  }
  return scope;
}

const own = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;
