/** Tasks and approvals, and what colleagues are told. */
import { z } from '@hono/zod-openapi';
import { givenInstant, id, instant, named, optionalText, page, pageQuery, text } from './common.ts';

export const taskStatus = z.enum(['open', 'done', 'cancelled']);
const decision = z.enum(['approved', 'declined']);
/** An account's id. */
const person = z.string().min(1).max(64);
const ofCandidate = z.object({ id: z.string(), fullName: z.string(), headline: z.string().nullable() });

export const taskRow = z
  .object({
    id: z.string(),
    /** `approval`: a flow waits for a decision. */
    kind: z.enum(['task', 'approval']),
    title: z.string(),
    body: z.string(),
    status: taskStatus,
    /** Of an approval, once it is decided. */
    outcome: decision.nullable(),
    /** Null: whoever takes it. */
    assignee: named.nullable(),
    candidate: ofCandidate.nullable(),
    applicationId: z.string().nullable(),
    dueAt: instant.nullable(),
    by: z.object({
      kind: z.enum(['person', 'flow']),
      id: z.string().nullable(),
      name: z.string().nullable(),
    }),
    enrolmentId: z.string().nullable(),
    settledAt: instant.nullable(),
    settledBy: named.nullable(),
    createdAt: instant,
  })
  .openapi('Task');
export type TaskRow = z.infer<typeof taskRow>;
export const taskQuery = pageQuery.extend({
  /** `mine`: those of whoever asks. `nobody`: those that anyone may take. */
  of: z.enum(['mine', 'nobody', 'all']).default('all'),
  status: taskStatus.default('open'),
  candidate: id.optional(),
});
export const taskPage = page(taskRow);

export const newTask = z.object({
  title: text(300),
  body: optionalText(5000),
  /** Absent or null: whoever takes it. */
  assigneeId: person.nullish(),
  candidateId: id.nullish(),
  applicationId: id.nullish(),
  dueAt: givenInstant.nullish(),
});
/** Absent: as it was. */
export const taskChange = z.object({
  status: taskStatus.optional(),
  assigneeId: person.nullable().optional(),
  dueAt: givenInstant.nullable().optional(),
});
export const taskDecision = z.object({ outcome: decision });
/** `first` false: somebody had decided before, and that stands. */
export const taskDecided = z.object({ outcome: decision, first: z.boolean() });

export const noticeRow = z
  .object({
    id: z.string(),
    text: z.string(),
    candidate: z.object({ id: z.string(), fullName: z.string() }).nullable(),
    flow: named.nullable(),
    createdAt: instant,
    readAt: instant.nullable(),
  })
  .openapi('Notice');
export type NoticeRow = z.infer<typeof noticeRow>;
/** `unread`: of all there are, not of this page. */
export const noticePage = page(noticeRow).extend({ unread: z.number().int() });
/** Without `ids`: all of them. */
export const noticesRead = z.object({ ids: z.array(id).max(200).optional() });
