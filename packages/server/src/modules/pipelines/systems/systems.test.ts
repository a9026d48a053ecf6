import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPipelinesBed, sampleManifest, sampleSystem, type PipelinesBed } from '../test-kit.ts';

let bed: PipelinesBed;
before(async () => {
  bed = await createPipelinesBed({
    worker: false,
    manifest: sampleManifest({
      systems: [
        sampleSystem('alpha', { credentials: ['portal'], paths: ['csv'], knownFunds: true }),
        sampleSystem('beta', { order: 0 }),
      ],
    }),
    files: { 'pipelines/bad/manifest.json': '{}' },
  });
});
after(() => bed[Symbol.asyncDispose]());

test('a system says all that stands in the way of a run, until nothing does', async () => {
  const problems = async () => {
    const [pipeline] = (await bed.call('listPipelines')).items;
    return pipeline?.systems.find(({ id }) => id === 'alpha')?.problems;
  };
  await bed.call('updateSystem', { params: { id: 'alpha' }, body: { active: false } });
  const all = (await problems())?.join(' ') ?? '';
  assert.match(all, /switched off.*credential portal.*csv: no folder is set/);
  await bed.call('updateSystem', { params: { id: 'alpha' }, body: { active: true } });
  const body = { url: 'https://portal.example/', username: 'ana', password: 'x' };
  await bed.call('putCredential', { params: { key: 'portal' }, body });
  await bed.call('putPath', {
    params: { name: 'csv' },
    body: { path: `${bed.folder}/files/csv`, create: true },
  });
  assert.deepEqual(await problems(), []);
  await bed.call('putCredential', { params: { key: 'portal' }, body: { password: '' } });
  assert.equal((await problems())?.length, 1);
});

test('pipelines come with systems in their order, and broken manifests beside them', async () => {
  const list = await bed.call('listPipelines');
  assert.deepEqual(
    list.items.map(({ systems }) => systems.map(({ id }) => id)),
    [['beta', 'alpha']],
  );
  assert.equal(list.broken[0]?.folder, 'bad');
  assert.match(list.previousBusinessDay, /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual(await bed.call('reloadPipelines'), { loaded: 1, broken: 1 });
});

test('two people who set different options at the same moment both count', async () => {
  await Promise.all([
    bed.call('updateSystem', { params: { id: 'beta' }, body: { options: { pdf: false } } }),
    bed.call('updateSystem', { params: { id: 'beta' }, body: { options: { depth: '1' } } }),
    bed.call('updateSystem', { params: { id: 'beta' }, body: { active: false } }),
  ]);
  const beta = await bed.call('lerSistema', { params: { id: 'beta' } });
  assert.deepEqual([beta.ativo, beta.opcoes], [false, { pdf: false, depth: '1' }]);
});

test('settings of one project are not those of another', async () => {
  const other = bed.runs.caller.userId;
  await bed.runs.database.pool.query(
    `INSERT INTO projects (id, name, description, created_at) VALUES ($1, 'other', '', now())`,
    [other],
  );
  const caller = { ...bed.caller, projects: new Map([[other, new Set(['*'])]]) };
  assert.equal((await bed.call('lerSistema', { params: { id: 'beta' } }, { caller })).ativo, true);
  assert.equal((await bed.call('listCredentials', {}, { caller })).items[0]?.saved, false);
  await assert.rejects(
    bed.call('listPipelines', { query: { projectId: bed.projectId } }, { caller }),
    (error) => (error as { code?: string }).code === 'project.not_found',
  );
});

test('a change is an event that open consoles follow', async () => {
  const seen: string[] = [];
  const heard = new Promise<void>((resolve) => {
    const stop = bed.runs.events.subscribe((events) => {
      for (const { name, entityId } of events) seen.push(`${name} ${entityId}`);
      if (seen.includes('system.changed beta')) {
        stop();
        resolve();
      }
    });
  });
  await bed.call('updateSystem', { params: { id: 'beta' }, body: { active: true } });
  await heard;
});

test('funds are known from the loaded data, searched, paged and selected', async () => {
  const { pool } = bed.runs.database;
  for (let index = 1; index <= 5; index += 1) {
    const name = index === 3 ? '100% Ações' : `Fundo ${index}`;
    const cnpj = index === 3 ? '12ABC34501DE35' : `0000000000010${index}`;
    await pool.query('INSERT INTO funds.fund (cnpj, name) VALUES ($1, $2)', [cnpj, name]);
  }
  const first = await bed.call('listFunds', { params: { system: 'alpha' }, query: { limit: 2 } });
  assert.deepEqual([first.items.length, first.useAll, first.known, first.selected], [2, true, 5, 5]);
  assert.ok(first.items.every(({ selected }) => selected));
  const rest = [];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const page = await bed.call('listFunds', { params: { system: 'alpha' }, query: { limit: 2, cursor } });
    rest.push(...page.items);
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    [...first.items, ...rest].map(({ cnpj }) => cnpj.slice(-1)),
    ['1', '2', '4', '5', '5'],
  );
  const body = { usar_todos: false, fundos_selecionados: ['12ABC34501DE35', '12ABC34501DE35'] };
  const saved = await bed.call('putFunds', { params: { system: 'alpha' }, body });
  assert.deepEqual(saved.fundos_selecionados, ['12ABC34501DE35']);
  const search = async (text: string) =>
    (await bed.call('listFunds', { params: { system: 'alpha' }, query: { search: text } })).items;
  assert.deepEqual(await search('100%'), [{ cnpj: '12ABC34501DE35', name: '100% Ações', selected: true }]);
  assert.deepEqual(await search('100%0'), []);
  assert.equal((await search('00.000.000/0001')).length, 4);
  for (const start of ['12.ABC.345', '12abc', '12ABC34501DE35'])
    assert.deepEqual(
      (await search(start)).map(({ cnpj }) => cnpj),
      ['12ABC34501DE35'],
      start,
    );
  const wrong = { usar_todos: false, fundos_selecionados: ['12ABC34501DE36'] };
  await assert.rejects(bed.call('putFunds', { params: { system: 'alpha' }, body: wrong }), /CNPJ/);
  assert.deepEqual((await bed.call('listFunds', { params: { system: 'beta' } })).items, []);
  await assert.rejects(
    bed.call('listFunds', { params: { system: 'alpha' }, query: { cursor: 'bogus' } }),
    /cursor/,
  );
});
