/** Against DNS rebinding: a name that someone else points at this machine is not one of ours. */
import { isIP } from 'node:net';

/**
 * Whether a request that proves nothing else was meant for us: sent to this machine's own names, to a bare address
 * (which no name server can redirect) or to where `PUBLIC_URL` says we are. `url` is the request's.
 */
export function isOwnHost(url: string, publicUrl: string): boolean {
  const { hostname, host } = new URL(url);
  const bare = hostname.replace(/^\[|\]$/g, '');
  return (
    bare === 'localhost' ||
    bare.endsWith('.localhost') ||
    isIP(bare) !== 0 ||
    host === new URL(publicUrl).host
  );
}
