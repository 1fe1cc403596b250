/** Asks a gRPC server whether a service of it is serving, without loading a gRPC client. */
import { connect } from 'node:http2';

const SERVING = 1;

/** `address` is host:port. False also when nothing answers within `timeout` milliseconds. */
export function isServing(address: string, service: string, timeout = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const end = (serving: boolean) => {
      clearTimeout(timer);
      session.destroy();
      resolve(serving);
    };
    const timer = setTimeout(() => end(false), timeout);
    session.once('error', () => end(false));
    const request = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('error', () => end(false));
    // A length-prefixed HealthCheckResponse: five bytes of frame, then field 1 (tag 0x08) with the status.
    request.once('end', () => {
      const body = Buffer.concat(chunks);
      end(body[5] === 0x08 && body[6] === SERVING);
    });
    const name = Buffer.from(service);
    const message = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    request.end(Buffer.concat([frame, message]));
  });
}
