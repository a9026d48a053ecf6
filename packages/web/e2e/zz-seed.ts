import { createClient } from '@dumont/contracts/client';
import { writeFileSync } from 'node:fs';
const url = 'http://127.0.0.1:18967';
const anon = createClient({ baseUrl: url, headers: () => ({}) }) as any;
const s = await anon.login({ body: { email: 'admin@example.org', password: 'correct horse battery' } });
const client = createClient({
  baseUrl: url,
  headers: () => ({ authorization: `Bearer ${s.access_token}` }),
}) as any;
const ids: Record<string, any> = {};
const projects = await client.listProjects();
const projectId = projects.items[0].id;
const { items: apps } = await client.listApps();
for (const app of apps.filter((a: any) => a.startable)) {
  const examples = app.examples;
  for (const ex of examples.slice(0, 2)) {
    const r = await client.stream('getAppExample', { params: { id: app.id, name: ex.name } });
    const text = await r.text();
    const doc = JSON.parse(text);
    const i = await client.createProblemInstance({
      body: {
        projectId,
        app: app.id,
        name: ex.name,
        description: ex.description ?? '',
        data: JSON.stringify(doc.instance),
      },
    });
    const e = await client.createExecution({
      body: { instanceId: i.id, name: ex.name, config: JSON.stringify({ timeLimit: 5 }) },
    });
    (ids[app.id] ??= []).push({ instance: i.id, execution: e.id, name: ex.name });
  }
}
const first = ids['knapsack'][0];
const again = await client.createExecution({
  body: {
    instanceId: first.instance,
    name: 'p01 with the MIP',
    config: JSON.stringify({ timeLimit: 5, solver: 'MIP' }),
  },
});
ids.again = again.id;
const check = await client.createExecution({
  body: { instanceId: first.instance, name: 'só verificar', config: '{}', task: 'check' },
});
ids.check = check.id;
await new Promise((r) => setTimeout(r, 15000));
for (const id of [
  first.execution,
  again.id,
  ids.tsp[0].execution,
  ids.tsp[1].execution,
  ids.rostering[0].execution,
]) {
  const c = await client
    .createCase({
      body: {
        app: (await client.getExecution({ params: { id } })).app,
        executionId: id,
        name: 'caso ' + id.slice(-4),
      },
    })
    .catch((e: any) => {
      console.log(String(e), JSON.stringify(e.problem ?? e.body ?? {}));
    });
  if (c) (ids.cases ??= []).push(c.id);
}
for (const [app, list] of Object.entries(ids))
  if (Array.isArray(list) && app !== 'cases')
    for (const x of list) {
      const e = await client.getExecution({ params: { id: x.execution } });
      console.log(app, x.name, e.state, JSON.stringify(e.indicators ?? e.log ?? {}).slice(0, 100));
    }
writeFileSync('/tmp/ids.json', JSON.stringify(ids, null, 1));
