/** Pure: the folded key by which text is compared everywhere, in memory and (stored) in SQL. */

/** NFKD without marks, lower case, single spaces, trimmed. Folding twice changes nothing. Half a character pair is none. */
export function fold(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
