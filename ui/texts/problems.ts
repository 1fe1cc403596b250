/** Texts for what went wrong outside a form. The API's own problems bring their sentence along. */
export const problems = {
  offline: 'Tendril cannot be reached. Check your connection; nothing was lost.',
  unexpected: 'Something went wrong on this screen. Reload the page; what you saved is safe.',
  notFound: 'There is nothing at this address. It may have been moved or removed.',
  chunk: 'A new version of Tendril is out. Reload to go on.',
  retry: 'Try again',
  reload: 'Reload',
};
