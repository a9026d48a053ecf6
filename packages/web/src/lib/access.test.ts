import { expect, test } from 'vitest';
import type { Me } from '@dumont/contracts/identity/auth';
import { may } from './access.ts';

const person = (...memberships: [projectId: string | null, ...grants: string[]][]): Me => ({
  id: '0192f0c0-0000-7000-8000-000000000001',
  number: 1,
  email: 'ana@example.com',
  username: 'ana',
  name: 'Ana',
  locale: 'en',
  source: 'local',
  mustChangePassword: false,
  memberships: memberships.map(([projectId, ...grants]) => ({
    projectId,
    projectName: projectId,
    role: 'r',
    grants,
  })),
});

test('a grant counts in its own project only', () => {
  const me = person(['one', 'runs:write'], ['two', 'runs:read']);
  expect(may(me, 'runs:write', 'one')).toBe(true);
  expect(may(me, 'runs:write', 'two')).toBe(false);
  expect(may(me, 'runs:write')).toBe(true);
});

test('a role for the installation counts everywhere', () => {
  expect(may(person([null, '*']), 'credentials:write', 'any')).toBe(true);
});

test('a grant for one’s own objects is enough to be offered the act', () => {
  expect(may(person(['one', 'runs:write:own']), 'runs:write', 'one')).toBe(true);
});
