/** Texts of the first run and of signing in. */
export const door = {
  setUp: 'Set up Tendril',
  setUpText: 'You are the first one here. This account owns the workspace; others can be added later.',
  workspaceName: 'Your company',
  workspaceHint: 'Candidates see it in your mails.',
  name: 'Your name',
  email: 'Email',
  password: 'Password',
  passwordHint: 'At least 8 characters.',
  create: 'Create workspace',
  signIn: 'Sign in',
  signInText: 'Welcome back.',
  ended: 'You were signed out. Sign in to go on where you were; what you were writing is kept.',
  wrong: 'Address and password do not match.',
};
