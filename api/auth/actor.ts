/** Who is asking: a person with a session, or an API key. */
import type { Role } from '../contract/common.ts';

export interface Actor {
  kind: 'user' | 'api-key';
  id: string;
  name: string;
  email: string | null;
  role: Role;
}

const rank = { viewer: 0, recruiter: 1, admin: 2 } satisfies Record<Role, number>;

/** Roles include each other: an admin may do what a recruiter may, who may do what a viewer may. */
export const mayActAs = (actor: Actor, role: Role): boolean => rank[actor.role] >= rank[role];
