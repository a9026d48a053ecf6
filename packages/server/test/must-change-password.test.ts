import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';
import { createTestApp } from './test-app.ts';

test('until the password is changed every address but four answers that it must be', async () => {
  await using app = await createTestApp();
  const password = 'chosen by the administrator';
  const body = { email: 'new@example.org', name: 'New', password, installationRole: 'admin' };
  await app.admin.client.createUser({ body });
  const session = await app.clientWith().login({ body: { email: body.email, password } });
  assert.ok('access_token' in session && session.user.mustChangePassword);
  const token = session.access_token;

  const open: string[] = [];
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    if (route.access.kind === 'machine') continue;
    if (route.access.kind === 'public' || route.beforePasswordChange === true) {
      if (route.access.kind !== 'public') open.push(name);
      continue;
    }
    const path = route.path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
    const answer = await app.request(path, { method: route.method, token });
    const code = ((await answer.json()) as { code?: string }).code;
    assert.deepEqual([name, answer.status, code], [name, 403, 'auth.password_change_required']);
  }
  assert.deepEqual(open, ['changePassword', 'logout', 'me']);

  const own = app.clientWith(token);
  assert.equal((await own.me()).mustChangePassword, true);
  await own.changePassword({ body: { current: password, next: 'chosen by myself' } });
  assert.equal((await own.listUsers({ query: {} })).items.length, 2);
  const renewed = await own.refresh({ body: { refresh_token: session.refresh_token } });
  assert.equal(renewed.user.mustChangePassword, false);
});
