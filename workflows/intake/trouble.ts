/** Why a request cannot be taken in now although nothing is wrong with it: such tries do not count. */

/** Thrown when it has to wait, and for how long; `seconds` null: longer each time. */
export class Delayed extends Error {
  readonly seconds: number | null;
  constructor(message: string, seconds: number | null = null) {
    super(message);
    this.name = 'Delayed';
    this.seconds = seconds;
  }
}
