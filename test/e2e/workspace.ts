/** A workspace made through the API: its owner, further people, flows; quicker than by hand where the hands are not the point. */
import type { Graph } from '../../engine/flow/schema.ts';
import type { Person } from './visit.ts';

export const owner: Person = {
  name: 'Mara Lindqvist',
  email: 'mara@halden.example',
  password: 'a long enough password',
};

export type Role = 'admin' | 'recruiter' | 'viewer';

/** The API as the owner uses it; a refused request is an error. */
export interface Workspace {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T>;
}

export async function setUpWorkspace(address: string): Promise<Workspace> {
  const json = { 'content-type': 'application/json', origin: address };
  const send = (path: string, body: unknown) =>
    fetch(`${address}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  await send('/api/setup', { ...owner, workspaceName: 'Halden Robotics', timeZone: 'Europe/Lisbon' });
  const { email, password } = owner;
  const signedIn = await send('/api/auth/sign-in/email', { email, password });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

  async function ask<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { ...json, cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
  return {
    get: (path) => ask('GET', path),
    post: (path, body = {}) => ask('POST', path, body),
    put: (path, body, headers) => ask('PUT', path, body, headers),
  };
}

export async function addPerson(workspace: Workspace, person: Person, role: Role): Promise<Person> {
  await workspace.post('/api/users', { ...person, role });
  return person;
}

/** Draws a graph as the draft of a new flow and publishes it; answers the flow's id. */
export async function publishFlow(workspace: Workspace, graph: Graph): Promise<string> {
  const { id } = await workspace.post<{ id: string }>('/api/flows', { name: graph.name });
  const { revision } = await workspace.get<{ revision: number }>(`/api/flows/${id}/draft`);
  await workspace.put(`/api/flows/${id}/draft`, graph, { 'if-match': String(revision) });
  await workspace.post(`/api/flows/${id}/publish`, {});
  return id;
}
