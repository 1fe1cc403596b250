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
];

const byPath = new Map(templateVariables.map((each) => [each.path, each]));
const customField = /^candidate\.custom\.[^.]+$/;

/** The variable of that path; `candidate.custom.<name>` exists for any name. Null: there is none. */
export function findVariable(path: string): TemplateVariable | null {
  return byPath.get(path) ?? (customField.test(path) ? variable(path, path.split('.')[2] ?? path) : null);
}

/**
 * What Liquid sees: every known variable is there, null where there is no value, so that only a path that does not
 * exist at all is an undefined one. `paths`: what the template uses, for the custom fields among them.
 */
export function scopeOf(facts: Facts, paths: readonly string[]): Record<string, unknown> {
  const scope: Record<string, Record<string, unknown>> = {};
  for (const { path } of templateVariables) put(scope, path, facts);
  const custom: Record<string, unknown> = {};
  for (const path of paths) {
    const name = customField.test(path) ? path.split('.')[2] : undefined;
    if (name !== undefined)
      custom[name] = Object.hasOwn(facts.candidate.custom, name) ? facts.candidate.custom[name] : null;
  }
  return { ...scope, candidate: { ...scope.candidate, custom }, zone: zoneFor(facts) };
}

function put(scope: Record<string, Record<string, unknown>>, path: string, facts: Facts): void {
  const [root = '', name = ''] = path.split('.');
  const values = (facts as unknown as Record<string, Record<string, unknown> | null>)[root];
  const there = scope[root] ?? {};
  there[name] = values?.[name] ?? null;
  scope[root] = there;
}
