/** Short notes at the bottom of the screen: what was done, with a way back; or what failed, with a way on. */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
  action?: { label: string; run: () => void };
}

const plainMs = 6_000;
const withActionMs = 10_000;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, action?: Toast['action'], tone: Toast['tone'] = 'plain'): number {
    const toast: Toast = { id: this.#next++, text, tone, ...(action ? { action } : {}) };
    this.list = [...this.list.slice(-2), toast];
    // A problem stays until it is read: it has no other place.
    if (tone === 'plain') this.#start(toast);
    return toast.id;
  }

  problem(text: string, retry?: Toast['action']): number {
    return this.show(text, retry, 'problem');
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** The pointer or the focus rests on it: it does not go away. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  release(id: number): void {
    const toast = this.list.find((one) => one.id === id);
    if (toast?.tone === 'plain') this.#start(toast);
  }

  #start(toast: Toast): void {
    clearTimeout(this.#timers.get(toast.id));
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), toast.action ? withActionMs : plainMs),
    );
  }
}

export const toasts = new Toasts();
