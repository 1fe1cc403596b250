/** Pure: what the demo's pools are called. */
export const poolNames = {
  silver: 'Silver medallists',
  passive: 'Passive talent: engineering',
} as const;
