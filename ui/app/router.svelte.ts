/** The address bar as state: where we are, how to go elsewhere, and which page answers. */
import type { Component } from 'svelte';
import { SvelteURLSearchParams } from 'svelte/reactivity';

export interface PageProps {
  /** What the pattern's `:names` matched. */
  params: Record<string, string>;
  /** Tells apart several addresses of one page, a flow's tabs for instance. */
  view?: string;
}

/** Pages that need no parameters declare no props. */
export type Page = Component<PageProps> | Component<Record<string, never>>;

export interface Route {
  pattern: string;
  /** Which entry of the rail is current. */
  area: string;
  title: string;
  view?: string;
  /** Pages that draw their own chrome: the rail shrinks to icons, or goes. */
  frame?: 'full' | 'slim' | 'bare';
  load: () => Promise<{ default: Page }>;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Parses `:name` segments; the whole path must match. Null when it does not. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return null;
  }
  return params;
}

export function findRoute(routes: Route[], path: string): Match | null {
  for (const route of routes) {
    const params = matchPath(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}

const entryKey = (): string => {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'key' in state ? String(state.key) : 'first';
};

class Address {
  path = $state(location.pathname);
  /** Names this history entry; lists keep their scroll position under it. */
  entry = $state(entryKey());
  readonly query = new SvelteURLSearchParams(location.search);

  /** Reads the browser's address again, after Back for instance. */
  read(): void {
    this.path = location.pathname;
    this.entry = entryKey();
    const now = new URLSearchParams(location.search);
    for (const name of [...this.query.keys()]) if (!now.has(name)) this.query.delete(name);
    for (const [name, value] of now) if (this.query.get(name) !== value) this.query.set(name, value);
  }
}

export const address = new Address();

/** Goes to a path of this app, e.g. `/candidates?tag=warm`. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  const state = { key: crypto.randomUUID() };
  if (options.replace) history.replaceState(state, '', to);
  else history.pushState(state, '', to);
  address.read();
}

/** Changes parts of the query; null or '' removes one. Replaces the entry unless `push`. */
export function setQuery(
  changes: Record<string, string | null | undefined>,
  options: { push?: boolean } = {},
): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const search = query.toString();
  const to = location.pathname + (search ? `?${search}` : '');
  if (options.push) history.pushState({ key: crypto.randomUUID() }, '', to);
  else history.replaceState(history.state, '', to);
  address.read();
}

/** The address that `go` takes, with a query built from the values that are set. */
export function path(to: string, query: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  return search.size ? `${to}?${search}` : to;
}

const elsewhere = /^\/(api|hooks|u|healthz)(\/|$)/;

/** Plain clicks on links within the app navigate in place; anything modified is left to the browser. */
export function interceptLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link?.href || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || elsewhere.test(url.pathname)) return;
    event.preventDefault();
    const to = url.pathname + url.search;
    if (to !== location.pathname + location.search) go(to);
  };
  const onPop = () => address.read();
  document.addEventListener('click', onClick);
  window.addEventListener('popstate', onPop);
  return () => {
    document.removeEventListener('click', onClick);
    window.removeEventListener('popstate', onPop);
  };
}
