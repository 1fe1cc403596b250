/** TCP ports on loopback: a free one, and whether one is taken. */
import { connect, createServer } from 'node:net';

/** A port of 127.0.0.1 that nothing listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The code of the error that listening on `port` of `host` would meet; null when it would work. */
export function hindrance(port: number, host = '127.0.0.1'): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** Where this machine reaches what listens on `host`, which may stand for all addresses. */
export const reachableHost = (host: string): string =>
  ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;

/** The address of `path` for this machine itself. */
export function visitable({ HOST, PORT }: { HOST: string; PORT: number }, path: string): string {
  const host = reachableHost(HOST);
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}${path}`;
}

/** Whether something accepts connections at `port`. */
export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
