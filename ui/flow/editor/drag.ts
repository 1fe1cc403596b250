/** The kind of data a step type travels as, from the palette to the canvas. */
export const stepTypeMime = 'application/x-tendril-step';
