/** Where a list was scrolled to, by history entry: Back returns to the same row. */
export const scrolls = new Map<string, number>();
