/** Texts of flows on hold: the choice when publishing, the bar above the flow. */
const messages = (n: string, count: number) => (count === 1 ? '1 message' : `${n} messages`);

export const hold = {
  hold: {
    label: 'On hold',
    option: 'Hold messages until I release them',
    optionHint:
      'Emails are written and wait for you to look through them. Everything else this flow does happens as usual, calls to other systems included, and a wait for an answer counts from the step, not from the release.',
    waits: (n: string, count: number) => `${messages(n, count)} ${count === 1 ? 'is' : 'are'} held.`,
    nothingYet: 'On hold: what this flow writes will wait here until you release it.',
    look: 'Look through them',
    release: 'Release all…',
    releaseN: (n: string) => `Release ${n}`,
    end: 'End the hold',
    endMeans: 'From now on, what this flow writes leaves at once. Nothing is held at the moment.',
    question: (n: string, count: number) => `Release ${messages(n, count)}?`,
    checks:
      'They cannot be called back. Consent, caps, hours and who has left the flow by an exit are checked again as they leave.',
    alsoEnd: 'Later messages leave at once, too',
    discard: 'Discard all',
    discardQuestion: (n: string, count: number) =>
      `Discard ${messages(n, count)}? They are never sent; the candidates stay in the flow.`,
    released: (n: string, count: number) => `${messages(n, count)} released.`,
    ended: 'The hold is over.',
    discarded: (n: string, count: number) => `${messages(n, count)} discarded.`,
  },
};
