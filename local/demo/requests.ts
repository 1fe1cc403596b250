/** Pure: the bodies that job boards post about an applicant. */
import type { DemoJob } from './jobs.ts';
import { pick } from './odds.ts';
import type { Person } from './people.ts';

export interface Applied {
  /** The application's number in the other system. */
  id: number;
  person: Person;
  job: DemoJob;
  /** Milliseconds. */
  appliedAt: number;
}

type Turn = { stage: string } | { status: 'rejected' | 'withdrawn' };

const came = ['LinkedIn', 'Careers page', 'LinkedIn', 'Referral', 'Indeed'];

function actionOf(turn: Turn): string {
  if ('status' in turn) return turn.status === 'rejected' ? 'reject_candidate' : 'application_updated';
  if (turn.stage === 'Applied') return 'new_candidate_application';
  return turn.stage === 'Hired' ? 'hire_candidate' : 'candidate_stage_change';
}

/** As Greenhouse's recruiting webhooks have it. */
export function greenhouseRequest({ id, person, job, appliedAt }: Applied, turn: Turn) {
  return {
    action: actionOf(turn),
    payload: {
      application: {
        id,
        status: 'status' in turn ? turn.status : 'active',
        prospect: false,
        applied_at: new Date(appliedAt).toISOString(),
        source: { id: 4, public_name: pick(came, person.email, 'came by') },
        ...('stage' in turn ? { current_stage: { id: 11, name: turn.stage } } : {}),
        candidate: {
          id: id + 300_000,
          first_name: person.firstName,
          last_name: person.lastName,
          title: person.headline,
          company: person.company,
          email_addresses: [{ value: person.email, type: 'personal' }],
          phone_numbers: person.phone ? [{ value: person.phone, type: 'mobile' }] : [],
          addresses: [{ value: person.city, type: 'home' }],
          can_email: true,
        },
        jobs: [
          {
            name: job.title,
            departments: [{ name: job.department }],
            offices: [{ name: job.location }],
          },
        ],
      },
    },
  };
}

/** As the careers page of one's own may post it, with a generic source's usual field names. */
export const ownRequest = ({ id, person, job, appliedAt }: Applied) => ({
  event: 'application.submitted',
  candidate: {
    id: `web-${id}`,
    firstName: person.firstName,
    lastName: person.lastName,
    email: person.email,
    ...(person.phone ? { phone: person.phone } : {}),
    headline: person.headline,
    company: person.company,
    location: person.city,
    country: person.country,
    timeZone: person.timeZone,
  },
  application: {
    id: `web-${id}-1`,
    source: 'Careers page',
    appliedAt: new Date(appliedAt).toISOString(),
    job: { title: job.title, department: job.department, location: job.location },
  },
});
