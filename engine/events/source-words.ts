/** Pure: what the places are called that candidates come from. */

const names: Record<string, string> = { greenhouse: 'Greenhouse', generic: 'a webhook', api: 'the API' };

/** A name that somebody gave stays as given. */
export const sourceInWords = (source: string): string =>
  (Object.hasOwn(names, source) ? names[source] : null) ?? source;
