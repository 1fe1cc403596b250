/** Pure: where in a generic source's JSON each of our fields stands: the paths, as they are unless the source has its own. */

export const defaultMapping = {
  externalId: '$.candidate.id',
  firstName: '$.candidate.firstName',
  lastName: '$.candidate.lastName',
  email: '$.candidate.email',
  phone: '$.candidate.phone',
  headline: '$.candidate.headline',
  company: '$.candidate.company',
  location: '$.candidate.location',
  country: '$.candidate.country',
  timeZone: '$.candidate.timeZone',
  links: '$.candidate.links',
  applicationId: '$.application.id',
  stage: '$.application.stage',
  source: '$.application.source',
  appliedAt: '$.application.appliedAt',
  jobId: '$.application.job.id',
  jobTitle: '$.application.job.title',
  jobDepartment: '$.application.job.department',
  jobLocation: '$.application.job.location',
} as const;

export type MappingKey = keyof typeof defaultMapping;
export const mappingKeys = Object.keys(defaultMapping) as MappingKey[];
/** A path for each field that stands elsewhere. */
export type Mapping = Partial<Record<MappingKey, string>>;

/** `$.a.b[0].c` or `a.b.0.c`. */
export const isPath = (path: string): boolean =>
  path.length <= 200 && /^(\$(?=[.[])\.?)?([^.[\]\s$][^.[\]\s]*|\[\d+\])(\.[^.[\]]+|\[\d+\])*$/.test(path);

/** What stands at the path; undefined: nothing does. Inherited names (`constructor`) are nothing. */
export function valueAt(value: unknown, path: string): unknown {
  const keys = path
    .replace(/^\$\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  let here = value;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}
