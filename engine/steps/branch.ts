/** Pure: the step that chooses a way by conditions; the first case that holds wins. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { defineStep, type Port } from './step.ts';

const caseSchema = z.object({
  port: z.string().min(1).max(64),
  label: z.string().optional(),
  when: conditionSchema,
});

const nameOf = (each: { port: string; label?: string | undefined }): string => each.label || each.port;

function portsOf(cases: { port: string; label?: string | undefined }[]): Port[] {
  return [
    ...cases.map((each): Port => ({ id: each.port, label: nameOf(each), side: 'bottom' })),
    { id: 'else', label: 'Everyone else', side: 'bottom' },
  ];
}

/** What can be read of a case that is not finished. */
const draftCase = z.object({ port: z.string(), label: z.string().optional().catch(undefined) });

function draftCases(cases: unknown): z.infer<typeof draftCase>[] {
  if (!Array.isArray(cases)) return [];
  return cases.flatMap((each) => draftCase.safeParse(each).data ?? []);
}

export const branch = defineStep({
  type: 'branch',
  family: 'logic',
  label: 'Branch',
  about: 'Sends candidates different ways. The first case that holds wins.',
  icon: 'split',
  schema: z.object({ cases: z.array(caseSchema).min(1).max(20) }),
  fields: { cases: { kind: 'cases', label: 'Cases' } },
  initial: { cases: [] },
  summary: (data) => `${data.cases.map(nameOf).join(' or ')}?`,
  ports: (data) => portsOf(data.cases),
  draftPorts: (data) => portsOf(draftCases(data.cases)),
  compile: (data, to) => ({
    op: 'branch',
    cases: data.cases.map((each) => ({
      port: each.port,
      label: nameOf(each),
      when: each.when,
      next: to[each.port] ?? '',
    })),
    else: to.else ?? '',
  }),
});
