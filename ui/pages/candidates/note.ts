/** The note composer's field can be reached from the whole profile. */
export const noteFieldId = 'write-a-note';
const focus = (): boolean => {
  const field = document.getElementById(noteFieldId);
  field?.focus();
  return field !== null;
};
/** At once where it is on the screen: what is typed next belongs into it. Otherwise once it has been drawn. */
export const focusNote = (): void => {
  if (!focus()) requestAnimationFrame(focus);
};
