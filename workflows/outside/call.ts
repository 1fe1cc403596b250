/**
 * One HTTP call to somebody else's system. The address is checked where the connection is made, so that no name can
 * stand for another address a moment later; redirects are not followed; time and size have an end.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Allowed, mayReach } from './address.ts';

export interface OutsideCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** For all of it: finding the host, connecting, and the answer. */
  timeLimitMs: number;
  /** Whether the answer's body is read; else the connection ends with its head. */
  read: boolean;
}

export interface OutsideAnswer {
  status: number;
  /** What `retry-after` asks for; null: nothing, or no number of seconds. */
  retryAfterSeconds: number | null;
  /** Null: not read, or longer than `mostBytes`. */
  text: string | null;
}

export type Fault =
  /** The address is not for us to call. */
  'refused-target' | 'no-such-host' | 'timed-out' | 'no-connection';

/** Thrown when there is no answer. */
export class CallFailed extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault);
    this.name = 'CallFailed';
    this.fault = fault;
  }
}

export const mostBytes = 256 * 1024;

export type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Every address of the name must be one that may be reached: a name with two faces is refused whole. */
function checkedLookup(allowed: Allowed, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new CallFailed('no-such-host'), '', 4);
      if (addresses.some(({ address }) => !mayReach(address, allowed)))
        return callback(new CallFailed('refused-target'), '', 4);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

const trusting: LookupFunction = (hostname, options, callback) =>
  systemLookup(hostname, options as never, callback as never);

/** @throws {CallFailed} */
export async function callOutside(
  call: OutsideCall,
  { allowed, lookup = systemLookup as unknown as Lookup }: { allowed: Allowed; lookup?: Lookup },
): Promise<OutsideAnswer> {
  const url = new URL(call.url);
  const client = { 'http:': http, 'https:': https }[url.protocol];
  // Node leaves the dots and the shortened, octal and hexadecimal ways of writing an address to the URL, which undoes them.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const trusted = allowed.hosts.has(host);
  if (!client || url.username || url.password || (isIP(host) && !trusted && !mayReach(host, allowed)))
    throw new CallFailed('refused-target');
  const signal = AbortSignal.timeout(call.timeLimitMs);
  try {
    return await new Promise<OutsideAnswer>((resolve, reject) => {
      const request = client.request(
        url,
        {
          method: call.method,
          headers: { ...call.headers, connection: 'close' },
          // One of its own, so that no connection made for someone else is used again.
          agent: false,
          lookup: trusted ? trusting : checkedLookup(allowed, lookup),
          maxHeaderSize: 16 * 1024,
          signal,
        },
        (response) => {
          receive(response, call.read).then(resolve, reject);
        },
      );
      // Who answers by another protocol than was asked for has answered; nobody else would end that connection.
      request.on('upgrade', ({ statusCode = 0 }, socket) => {
        socket.destroy();
        resolve({ status: statusCode, retryAfterSeconds: null, text: null });
      });
      // Whatever becomes of the connection, whoever calls is let go when the time is up.
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      request.on('error', reject);
      request.end(call.body ?? undefined);
    });
  } catch (error) {
    throw asFault(error, signal.aborted);
  }
}

async function receive(response: http.IncomingMessage, read: boolean): Promise<OutsideAnswer> {
  const status = response.statusCode ?? 0;
  const asked = response.headers['retry-after'];
  const retryAfterSeconds = asked && /^\d{1,6}$/.test(asked) ? Number(asked) : null;
  if (!read) {
    response.destroy();
    return { status, retryAfterSeconds, text: null };
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) {
      response.destroy();
      return { status, retryAfterSeconds, text: null };
    }
    parts.push(part);
  }
  return { status, retryAfterSeconds, text: Buffer.concat(parts).toString('utf8') };
}

function asFault(error: unknown, timedOut: boolean): CallFailed {
  if (error instanceof CallFailed) return error;
  if (timedOut) return new CallFailed('timed-out');
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (cause instanceof CallFailed) return cause;
  return new CallFailed(code === 'ENOTFOUND' || code === 'EAI_NONAME' ? 'no-such-host' : 'no-connection');
}
