/** Pure: what a status says of a call to another system. */

/** Their fault or a full house may pass; a refusal stays one. */
export const mayPass = (status: number): boolean =>
  status >= 500 || status === 408 || status === 425 || status === 429;
