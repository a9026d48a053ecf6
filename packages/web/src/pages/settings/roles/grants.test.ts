import { expect, test } from 'vitest';
import { levelOf, withLevel } from './grants.ts';

test('a grant is whole, limited to one’s own, or not there', () => {
  expect(levelOf(['*'], 'users:write')).toBe('all');
  expect(levelOf(['runs:read'], 'runs:read')).toBe('all');
  expect(levelOf(['runs:read:own'], 'runs:read')).toBe('own');
  expect(levelOf(['runs:read'], 'runs:write')).toBe('none');
});

test('another level replaces the one before and leaves the rest', () => {
  const grants = ['runs:read:own', 'alarms:read'];
  expect(withLevel(grants, 'runs:read', 'all')).toEqual(['alarms:read', 'runs:read']);
  expect(withLevel(grants, 'runs:read', 'none')).toEqual(['alarms:read']);
  expect(withLevel(['alarms:read'], 'runs:read', 'own')).toEqual(['alarms:read', 'runs:read:own']);
});
