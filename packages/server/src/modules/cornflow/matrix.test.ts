import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCornflowBed } from './cornflow-test-kit.ts';
import { roleNumbers, type RoleName } from './door.ts';

const forbidden = 'You do not have permission to access this endpoint';
/** An object that nobody has: who is let in finds nothing, and so nothing is changed. */
const filled = (rule: string): string =>
  rule.replaceAll(/<int:\w+>/g, '999999').replaceAll(/<string:\w+>/g, 'f'.repeat(40));

test('every address lets in the roles that the table of routes names, and no others', async () => {
  await using bed = await createCornflowBed({ environment: { DUMONT_REQUESTS_PER_SECOND: '100000' } });
  const { rows: resources } = await bed.people.admin.ask('GET', '/meta_resource/');
  const wrong: string[] = [];
  let asked = 0;
  for (const { url_rule, methods } of resources) {
    for (const { method, public: isPublic, roles } of methods) {
      if (isPublic) continue;
      const path = filled(url_rule);
      const strangers = await bed.stranger.ask(method, path);
      if (strangers.status !== 400 || strangers.json.error !== 'Authorization header is missing')
        wrong.push(`${method} ${path} lets strangers in: ${strangers.status}`);
      for (const role of Object.keys(roleNumbers) as RoleName[]) {
        // A body that no route takes: whoever is let in is told so, and nothing is made.
        const body = method === 'GET' ? undefined : { 'no such field': 1 };
        const answer = await bed.people[role].ask(method, path, body);
        asked += 1;
        const isOut = answer.status === 403 && answer.text.includes(forbidden);
        if (isOut === roles.includes(role))
          wrong.push(`${role} ${method} ${path}: ${answer.status} ${answer.text}`);
        if (answer.status >= 500 && answer.status !== 501)
          wrong.push(`${role} ${method} ${path} fails: ${answer.status} ${answer.text}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 400, `only ${asked} were asked`);
});
