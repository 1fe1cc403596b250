/** What this machine's owner reads: progress lines, and failures told in a sentence instead of a stack. */

export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** Thrown when something the machine's owner can change stands in the way; the message says what. */
export class Obstacle extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Obstacle';
  }
}

/** Thrown when a command was called in a way that it does not know; the message ends with how it is called. */
export class Misuse extends Obstacle {}

const byCode: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk is full${path}. Free some space and start again.`,
  EDQUOT: (path) => `The disk quota is used up${path}. Free some space and start again.`,
  EROFS: (path) => `The disk cannot be written to${path}; it is mounted read-only.`,
  EACCES: (path) =>
    `This user may not write or run what is needed${path}. Was it made by another user, such as root?`,
  EPERM: (path) =>
    `This user may not write or run what is needed${path}. Was it made by another user, such as root?`,
  EEXIST: (path) => `A file stands where a folder is needed${path}.`,
  ENOTDIR: (path) => `A file stands where a folder is needed${path}.`,
  EMFILE: () => 'Too many files are open. Raise the limit (ulimit -n) and start again.',
};

/** The sentence for an error; null when it is one we have no words for, so that its stack is shown. */
export function inWords(error: unknown): string | null {
  if (error instanceof Error && (error.name === 'Obstacle' || error.name === 'SettingsError'))
    return error.message;
  if (!(error instanceof Error) || !('code' in error)) return null;
  const path = 'path' in error && typeof error.path === 'string' ? ` (${error.path})` : '';
  return byCode[String(error.code)]?.(path) ?? null;
}

/** Runs a script's body; a failure ends the process with its sentence and 1, a misuse with 2. */
export async function main(body: () => Promise<void>): Promise<void> {
  // The terminal may be closed, or whoever reads may stop (“npm start | head”): the work goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await body();
  } catch (error) {
    const sentence = inWords(error);
    process.stderr.write(
      sentence ? `\n${sentence}\n` : `\n${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = error instanceof Misuse ? 2 : 1;
  }
}

/** The end of a program's output when it tells of a full disk. */
export const tellsOfFullDisk = (output: string): boolean =>
  /No space left on device|ENOSPC|disk is full|database or disk is full/i.test(output);
