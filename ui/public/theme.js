/** Sets the theme before the first paint, so that nothing flashes. The choice is kept by `app/theme.svelte.ts`. */
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('tendril-theme') ?? 'system';
  } catch {
    // Storage may be switched off: then the system decides.
  }
  const dark =
    choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#0f1110' : '#f6f7f5');
})();
