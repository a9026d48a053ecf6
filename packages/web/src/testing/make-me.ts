/** Who is signed in, with these grants for the whole installation. */
export const makeMe = (grants: readonly string[] = ['*']) => ({
  id: '0192f0c0-0000-7000-8000-000000000001',
  number: 1,
  email: 'ana@example.com',
  username: 'ana',
  name: 'Ana',
  locale: 'en' as const,
  source: 'local' as const,
  mustChangePassword: false,
  memberships: [{ projectId: null, projectName: null, role: 'admin', grants: [...grants] }],
});
