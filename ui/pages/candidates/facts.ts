/** Pure: what is known about a candidate, each with where it comes from. */
import type { CandidateProfile } from '../../../api/contract/candidates.ts';
import { sourceInWords } from '../../../engine/events/source-words.ts';
import { zoneName } from '../../app/when.ts';
import { texts } from '../../texts.ts';

interface Fact {
  label: string;
  value: string;
  source: string;
  href?: string;
  /** An instant in place of the value. */
  at?: string;
}

const t = texts.candidates.profile;

export function factsOf(candidate: CandidateProfile, workspaceZone: string): Fact[] {
  const facts: (Fact | null)[] = [
    ...candidate.emails.map((email) => ({
      label: t.fact.email,
      value: email.address,
      href: `mailto:${email.address}`,
      source: email.claim ? t.fact.claim : email.verifiedAt ? t.fact.verified : '',
    })),
    ...candidate.phones.map((phone) => ({
      label: t.fact.phone,
      value: phone.number,
      href: `tel:${phone.number.replace(/\s/g, '')}`,
      source: '',
    })),
    {
      label: t.fact.timeZone,
      value: zoneName(candidate.timeZone ?? workspaceZone),
      source: candidate.timeZone
        ? candidate.timeZoneFrom
          ? (t.zoneFrom[candidate.timeZoneFrom] ?? '')
          : ''
        : t.workspaceZone,
    },
    candidate.location
      ? {
          label: t.fact.location,
          value: [candidate.location, candidate.country].filter(Boolean).join(', '),
          source: '',
        }
      : null,
    candidate.company ? { label: t.fact.employer, value: candidate.company, source: '' } : null,
    ...candidate.links.map((link) => ({
      label: link.kind,
      value: link.url.replace(/^https?:\/\/(www\.)?/, ''),
      href: link.url,
      source: '',
    })),
    ...Object.entries(candidate.custom).flatMap(([name, value]) =>
      value === null
        ? []
        : [{ label: name, value: Array.isArray(value) ? value.join(', ') : String(value), source: '' }],
    ),
    {
      label: t.fact.firstSeen,
      value: '',
      at: candidate.createdAt,
      source: sourceInWords(candidate.source ?? ''),
    },
  ];
  return facts.filter((fact) => fact !== null);
}
