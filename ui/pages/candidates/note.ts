/** The note composer's field can be reached from the whole profile. */
export const noteFieldId = 'write-a-note';
export const focusNote = (): void => {
  requestAnimationFrame(() => document.getElementById(noteFieldId)?.focus());
};
