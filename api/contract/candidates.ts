/** Candidates: the list, the profile, and what is done to one. */
import { z } from '@hono/zod-openapi';
import {
  clearable,
  id,
  instant,
  named,
  optionalText,
  page,
  pageQuery,
  reasonSchema,
  text,
} from './common.ts';

export const candidateQuery = pageQuery.extend({
  /** Words of a name, address, company or headline. */
  q: z.string().max(200).optional(),
  tag: z.string().max(100).optional(),
  pool: id.optional(),
  stage: id.optional(),
  owner: z.string().max(64).optional(),
  source: z.string().max(100).optional(),
  sort: z.enum(['recent', 'name', 'created']).default('recent'),
});

/** What a flow does next for someone. `at` null: as soon as something happens. */
export const nextStep = z.object({
  flowId: z.string(),
  enrolmentId: z.string(),
  flowName: z.string(),
  title: z.string(),
  at: instant.nullable(),
});

export const candidateRow = z
  .object({
    id: z.string(),
    fullName: z.string(),
    headline: z.string().nullable(),
    company: z.string().nullable(),
    location: z.string().nullable(),
    email: z.string().nullable(),
    tags: z.array(z.string()),
    source: z.string().nullable(),
    owner: named.nullable(),
    application: z
      .object({
        id: z.string(),
        jobTitle: z.string().nullable(),
        stage: z.string().nullable(),
        stageSince: instant,
        status: z.enum(['active', 'hired', 'rejected', 'withdrawn']),
      })
      .nullable(),
    lastReplyAt: instant.nullable(),
    next: nextStep.nullable(),
    lastActivityAt: instant,
  })
  .openapi('CandidateRow');
export type CandidateRow = z.infer<typeof candidateRow>;

/** `about`: counting stopped at `count`. */
export const totalSchema = z.object({ count: z.number().int(), about: z.boolean() });
export const candidatePage = page(candidateRow).extend({ total: totalSchema });

const tag = text(100);
const timeZone = z.string().max(64).nullish();

export const newCandidate = z.object({
  firstName: optionalText(100),
  lastName: optionalText(100),
  email: z.string().trim().pipe(z.email('is not an email address').max(254)),
  phone: optionalText(40),
  headline: optionalText(300),
  company: optionalText(200),
  location: optionalText(200),
  /** ISO 3166-1 alpha-2; also how a phone number without a country code is read. */
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'is not a country code of two letters')
    .transform((code) => code.toUpperCase())
    .nullish(),
  timeZone,
  tags: z.array(tag).max(50).optional(),
  source: optionalText(100),
  ownerId: z.string().max(64).nullish(),
  links: z
    .array(z.object({ kind: text(40), url: z.url({ protocol: /^https?$/, error: 'is not a web address' }) }))
    .max(20)
    .optional(),
  custom: z
    .record(
      z.string().min(1).max(64),
      z.union([
        z.string().max(2000),
        z.number(),
        z.boolean(),
        z.array(z.string().max(200)).max(50),
        z.null(),
      ]),
    )
    .optional(),
});
/** Absent: as it was. Null or empty: cleared. `custom` is merged into what is there. */
export const candidateChange = z.object({
  firstName: clearable(100),
  lastName: clearable(100),
  email: newCandidate.shape.email.optional(),
  phone: clearable(40),
  headline: clearable(300),
  company: clearable(200),
  location: clearable(200),
  country: newCandidate.shape.country,
  timeZone,
  ownerId: newCandidate.shape.ownerId,
  custom: newCandidate.shape.custom,
  status: z.enum(['active', 'hired', 'do-not-contact']).optional(),
});

export const candidateEnrolment = z.object({
  id: z.string(),
  flowId: z.string(),
  flowName: z.string(),
  version: z.number().int(),
  status: z.enum(['open', 'blocked', 'ended', 'exited', 'converted']),
  nodeId: z.string().nullable(),
  nodeTitle: z.string().nullable(),
  wakeAt: instant.nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  next: z.array(z.object({ title: z.string(), at: instant.nullable() })),
});

export const candidateProfile = z
  .object({
    id: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    fullName: z.string(),
    headline: z.string().nullable(),
    company: z.string().nullable(),
    location: z.string().nullable(),
    country: z.string().nullable(),
    timeZone: z.string().nullable(),
    /** Where the zone comes from, for example `given` or `greenhouse`. */
    timeZoneFrom: z.string().nullable(),
    source: z.string().nullable(),
    status: z.enum(['active', 'hired', 'do-not-contact']),
    mergedInto: z.string().nullable(),
    emails: z.array(
      z.object({
        id: z.string(),
        address: z.string(),
        primary: z.boolean(),
        claim: z.boolean(),
        verifiedAt: instant.nullable(),
      }),
    ),
    phones: z.array(z.object({ id: z.string(), number: z.string() })),
    links: z.array(z.object({ id: z.string(), kind: z.string(), url: z.string() })),
    tags: z.array(z.string()),
    custom: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
    ),
    owner: named.nullable(),
    applications: z.array(
      z.object({
        id: z.string(),
        job: z.object({ id: z.string(), title: z.string() }).nullable(),
        pipelineId: z.string(),
        stage: z
          .object({
            id: z.string(),
            name: z.string(),
            kind: z.enum(['lead', 'active', 'offer', 'hired', 'archived']),
          })
          .nullable(),
        stageSince: instant,
        status: z.enum(['active', 'hired', 'rejected', 'withdrawn']),
        source: z.string().nullable(),
        mirroredStage: z.string().nullable(),
        mirroredAt: instant.nullable(),
        appliedAt: instant,
      }),
    ),
    pools: z.array(z.object({ id: z.string(), name: z.string(), joinedAt: instant })),
    enrolments: z.array(candidateEnrolment),
    /** Why mail may not go to the main address; null: it may. */
    consent: z.object({ mail: z.boolean(), reason: z.string().nullable(), since: instant.nullable() }),
    /** Until when she agreed to be kept in touch with. */
    consentUntil: instant.nullable(),
    /** Consent to be kept in touch with was given, and not taken back; it may be over. */
    hasConsented: z.boolean(),
    /** It was refused or taken back. */
    hasWithdrawn: z.boolean(),
    /** Someone is talking to her, so flows keep quiet until then; `nurture`: all but the hiring process. */
    hold: z
      .object({
        until: instant,
        covers: z.enum(['nurture', 'everything']),
        reason: z.string(),
        by: z.string().nullable(),
      })
      .nullable(),
    lastReplyAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
    lastActivityAt: instant,
  })
  .openapi('Candidate');
export type CandidateProfile = z.infer<typeof candidateProfile>;

export const timelineFilters = ['all', 'mails', 'flow', 'notes', 'stages'] as const;
export const timelineQuery = pageQuery.extend({ filter: z.enum(timelineFilters).default('all') });
export const timelineItem = z
  .object({
    id: z.string(),
    at: instant,
    kind: z.enum(['event', 'message', 'step', 'note', 'stage']),
    /** The event's type, the message's status or the node's type: what the icon is chosen by. */
    type: z.string(),
    title: z.string(),
    by: z.object({
      kind: z.enum(['person', 'flow', 'source', 'candidate', 'provider', 'system']),
      name: z.string().nullable(),
    }),
    body: z.string().optional(),
    reasons: z.array(reasonSchema).optional(),
    links: z
      .object({
        messageId: z.string().optional(),
        enrolmentId: z.string().optional(),
        flowId: z.string().optional(),
        applicationId: z.string().optional(),
        poolId: z.string().optional(),
      })
      .optional(),
  })
  .openapi('TimelineItem');
export type TimelineItem = z.infer<typeof timelineItem>;
export const timelinePage = page(timelineItem);

/** A hold of so many days from now takes an older one's place. */
export const newHold = z.object({
  days: z.int().min(1).max(365),
  covers: z.enum(['nurture', 'everything']).default('nurture'),
  reason: z.string().trim().max(500).default(''),
});

export const newNote = z.object({ body: text(20_000) });
export const tagChange = z.object({
  add: z.array(tag).max(50).default([]),
  remove: z.array(tag).max(50).default([]),
});
export const tagsAnswer = z.object({ tags: z.array(z.string()) });
export const candidateEnrolRequest = z.object({ flowId: id, applicationId: id.nullish() });
export const newApplication = z.object({
  jobId: id.optional(),
  /** Default: the job's pipeline, else the first one. */
  pipelineId: id.optional(),
  /** Default: the pipeline's first stage. */
  stageId: id.optional(),
  source: optionalText(100),
});

/** Every tag in use with how many wear it, the most worn first. */
export const tagList = z.object({ items: z.array(z.object({ tag: z.string(), count: z.number().int() })) });

/** The names of candidates' own fields, `candidate.custom.<name>`, with how many have one; the most used first. */
export const customFieldList = z.object({
  items: z.array(z.object({ name: z.string(), count: z.number().int() })),
});
