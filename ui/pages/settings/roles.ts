/** The roles, for a Select. */
import type { Role } from '../../app/session.svelte.ts';
import { texts } from '../../texts.ts';

const names = texts.settings.people.roles;
const roles: Role[] = ['admin', 'recruiter', 'viewer'];

export const roleOptions = roles.map((role) => ({ value: role, label: names[role] }));
export const asRole = (value: string): Role => roles.find((role) => role === value) ?? 'viewer';
