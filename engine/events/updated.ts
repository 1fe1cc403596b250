/** Pure: what `candidate.updated` says. Whoever writes the event says it this way, for flows start by it. */

/**
 * The paths of the fields that changed, such as `candidate.country` and `candidate.custom.startDate`; of their values
 * only the status, which is no secret of a person's.
 */
export const updateData = (fields: readonly string[], status?: string): Record<string, unknown> => ({
  fields,
  ...(status !== undefined && fields.includes('candidate.status') ? { to: { status } } : {}),
});
