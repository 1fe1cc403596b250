/** Texts of the settings. */
export const settings = {
  sections: {
    workspace: 'Workspace',
    sources: 'Sources',
    people: 'People',
    keys: 'API keys',
    suppressions: 'No mail to',
    failures: 'Failures',
  },
};
