/** A GET request to this machine. Node's fetch would do, but takes 15 MB for as long as the process lives. */
import { get } from 'node:http';

export interface Answer {
  status: number;
  body: string;
}

/** Null when nothing answers within `timeout` milliseconds. */
export function getLocal(url: string, timeout = 5000): Promise<Answer | null> {
  return new Promise((resolve) => {
    const request = get(url, { timeout, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('error', () => resolve(null));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(null));
  });
}
