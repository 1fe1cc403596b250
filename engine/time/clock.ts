/** The one clock: whoever needs the time is handed one. `engine/` itself only takes instants as arguments. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}
