/** Structured logs without personal data: ids, kinds and counts. */
import { pino } from 'pino';

export interface Logger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const createLog = (level: string): Logger => pino({ level, base: { part: 'worker' } });

export const silentLog: Logger = { info() {}, warn() {}, error() {} };
