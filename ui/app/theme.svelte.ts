/** Light, dark or the system's choice; kept on this device. `public/theme.js` applies it before the first paint. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'tendril-theme';
const isChoice = (value: string | null): value is ThemeChoice =>
  value === 'system' || value === 'light' || value === 'dark';

class Theme {
  choice = $state<ThemeChoice>('system');
  /** What is shown: the choice, or what the system says. */
  dark = $state(document.documentElement.dataset.theme === 'dark');
  readonly #system = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    try {
      const stored = localStorage.getItem(key);
      if (isChoice(stored)) this.choice = stored;
    } catch {
      // Storage may be switched off: then the system decides.
    }
    this.#system.addEventListener('change', () => this.#apply());
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Then the choice lasts until the page is loaded again.
    }
    this.#apply();
  }

  #apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && this.#system.matches);
    this.dark = dark;
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#0f1110' : '#f6f7f5');
  }
}

export const theme = new Theme();
