/** Texts of the candidates list, the profile and the form. */
export const candidates = {
  title: 'Candidates',
  add: 'Add candidate',
};
