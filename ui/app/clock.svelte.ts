/** The time now, for everything that says "3 min ago". */
class Clock {
  /** Milliseconds since 1970; moves twice a minute. */
  now = $state(Date.now());

  start(): () => void {
    const timer = setInterval(() => {
      this.now = Date.now();
    }, 30_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
