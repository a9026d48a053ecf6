import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { createPipelinesBed, sampleManifest, sampleSystem, type PipelinesBed } from '../test-kit.ts';
import { AppError } from '../../../kernel/errors.ts';

const program = `
console.log('[INFO] [ALPHA] begins');
console.log('[PROGRESS] [ALPHA] 1/2 half');
console.log('[SUCCESS] [ALPHA] done');
`;

interface Message {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

describe('the API of earlier clients', () => {
  let bed: PipelinesBed;
  before(async () => {
    bed = await createPipelinesBed({
      program,
      manifest: sampleManifest({
        systems: [
          sampleSystem('alpha'),
          sampleSystem('amplis_reag', {
            credentials: ['amplis.reag'],
            label: 'AMPLIS - REAG',
            knownFunds: true,
          }),
          sampleSystem('amplis_master', { credentials: ['amplis.master'], label: 'AMPLIS - MASTER' }),
          sampleSystem('maps', { credentials: ['maps'], paths: ['maps'] }),
        ],
      }),
    });
  });
  after(() => bed[Symbol.asyncDispose]());

  const status = (error: unknown) => (error as { status?: number }).status;

  test('a system is switched and an option set in the body or in the query; neither is 422', async () => {
    const off = await bed.call('alternarSistema', { params: { id: 'alpha' }, body: { ativo: false } });
    assert.deepEqual(off, { id: 'alpha', ativo: false, status: 'IDLE' });
    assert.equal((await bed.call('listarSistemasAtivos')).sistemas.length, 3);
    await bed.call('alternarSistema', { params: { id: 'alpha' }, query: { ativo: 'true' } });
    assert.equal((await bed.call('listarSistemasAtivos')).sistemas.length, 4);
    const option = await bed.call('definirOpcao', {
      params: { id: 'alpha' },
      query: { opcao: 'pdf', valor: 'false' },
    });
    assert.deepEqual(option, { id: 'alpha', opcao: 'pdf', valor: false });
    assert.equal((await bed.call('lerSistema', { params: { id: 'alpha' } })).opcoes['pdf'], false);
    for (const refused of [
      bed.call('alternarSistema', { params: { id: 'alpha' } }),
      bed.call('definirOpcao', { params: { id: 'alpha' } }),
      bed.call('definirOpcao', { params: { id: 'alpha' }, query: { opcao: 'pdf' } }),
      bed.call('definirOpcao', { params: { id: 'alpha' }, query: { opcao: 'cor', valor: 'x' } }),
    ]) {
      await assert.rejects(refused, (error) => status(error) === 422);
    }
    await assert.rejects(
      bed.call('lerSistema', { params: { id: 'zeta' } }),
      (error) => status(error) === 404,
    );
  });

  test('credentials are nested, always masked, and a masked or missing field keeps its value', async () => {
    await bed.call('salvarCredenciais', {
      body: {
        amplis: { reag: { url: 'https://reag.example/', username: 'ana', password: 'first-secret' } },
        maps: { url: 'https://maps.example/', username: 'bia', password: 'second-secret' },
      },
    });
    const tree = await bed.call('lerCredenciais');
    assert.deepEqual(tree, {
      amplis: {
        reag: { url: 'https://reag.example/', username: 'ana', password: '********' },
        master: { url: '', username: '', password: '********' },
      },
      maps: { url: 'https://maps.example/', username: 'bia', password: '********' },
    });
    await bed.call('salvarCredenciais', { body: tree });
    await bed.call('salvarCredenciais', { body: { amplis: { reag: { username: 'carla' } } } });
    const saved = (await bed.call('listCredentials')).items;
    assert.deepEqual(
      saved.map(({ key, saved, username, hasPassword }) => [key, saved, username, hasPassword]),
      [
        ['amplis.master', false, '', false],
        ['amplis.reag', true, 'carla', true],
        ['maps', true, 'bia', true],
      ],
    );
    assert.deepEqual(await bed.call('lerCredencial', { params: { id: 'amplis' } }), {
      ...(await bed.call('lerCredenciais'))['amplis'],
    });
    assert.equal(
      ((await bed.call('lerCredencial', { params: { id: 'amplis_reag' } })) as { username: string }).username,
      'carla',
    );
    const { rows } = await bed.runs.database.pool.query<{ readable: boolean }>(
      `SELECT encode(password, 'escape') LIKE '%secret%' AS readable FROM credentials WHERE password IS NOT NULL`,
    );
    assert.deepEqual(rows, [{ readable: false }, { readable: false }]);
    assert.ok(bed.audited.every((entry) => !JSON.stringify(entry).includes('secret')));
    assert.ok(
      bed.audited.some(({ action, subjectId }) => action === 'credential.saved' && subjectId === 'maps'),
    );
  });

  test('a stored password never goes to another address: it is asked for again, and nothing is saved without it', async () => {
    const at = async () => (await bed.call('listCredentials')).items.find(({ key }) => key === 'maps')?.url;
    const refused = (error: unknown): boolean =>
      error instanceof AppError && error.code === 'credential.address' && error.status === 422;
    const put = (body: { url?: string; username?: string; password?: string }) =>
      bed.call('putCredential', { params: { key: 'maps' }, body });
    await put({ url: 'https://maps.example/', username: 'bia', password: 'second-secret' });
    for (const url of ['https://thief.example/', 'http://maps.example/', 'https://maps.example:8443/', '']) {
      await assert.rejects(put({ url }), refused, url);
      await assert.rejects(put({ url, password: '********' }), refused, url);
      await assert.rejects(
        bed.call('salvarCredenciais', {
          body: {
            amplis: { reag: { username: 'eva' } },
            maps: { url, username: 'bia', password: '********' },
          },
        }),
        refused,
      );
    }
    assert.equal(await at(), 'https://maps.example/');
    assert.equal(
      (await bed.call('listCredentials')).items.find(({ key }) => key === 'amplis.reag')?.username,
      'carla',
      'all or none',
    );
    await put({ url: 'https://maps.example/', username: 'bob' });
    await put({ url: 'https://new.example/', password: 'third-secret' });
    assert.equal(await at(), 'https://new.example/');
    await put({ url: 'https://newer.example/', password: '' });
    await put({ url: 'https://maps.example/' });
    assert.equal(await at(), 'https://maps.example/', 'without a password there is none to lose');
    await put({ username: 'bia', password: 'second-secret' });
  });

  test('an unknown credential is named, and nothing of the request is saved', async () => {
    const body = { maps: { username: 'changed' }, sap: { url: 'https://sap.example', username: 'x' } };
    await assert.rejects(bed.call('salvarCredenciais', { body }), /sap/);
    const body2 = { maps: { username: 'changed', url: 'ftp://maps' } };
    await assert.rejects(bed.call('salvarCredenciais', { body: body2 }), (error) => status(error) === 422);
    const maps = (await bed.call('listCredentials')).items.find(({ key }) => key === 'maps');
    assert.equal(maps?.username, 'bia');
  });

  test('the configuration reads and saves as a whole', async () => {
    await bed.call('putPath', {
      params: { name: 'maps' },
      body: { path: `${bed.folder}/files/maps`, create: true },
    });
    await bed.call('salvarConfig', {
      body: {
        paths: { maps: `${bed.folder}/files/maps`, bd_xlsx: null },
        fundos: { amplis_reag: { fundos_selecionados: ['00000000000191'], usar_todos: false } },
      },
    });
    const config = await bed.call('lerConfig');
    assert.equal(config.paths['maps'], `${bed.folder}/files/maps`);
    assert.deepEqual(config.fundos, {
      amplis_reag: { fundos_selecionados: ['00000000000191'], usar_todos: false },
    });
    assert.deepEqual(await bed.call('lerFundos'), config.fundos);
    await assert.rejects(bed.call('salvarConfig', { body: { paths: { maps: '/etc' } } }), /lies outside/);
    await assert.rejects(bed.call('salvarConfig', { body: { paths: { other: '/etc' } } }), /other/);
  });

  test('a request that cannot run is 422 and names the system', async () => {
    const execute = (sistemas: string[]) => bed.call('executar', { body: { sistemas } });
    for (const [sistemas, name] of [
      [['nobody'], /nobody/],
      [['amplis_master'], /amplis_master/],
      [[], /at least one/],
    ] as const) {
      await assert.rejects(
        execute([...sistemas]),
        (error) => status(error) === 422 && name.test(String(error)),
      );
    }
    await bed.call('alternarSistema', { params: { id: 'maps' }, body: { ativo: false } });
    await assert.rejects(execute(['maps']), (error) => status(error) === 422 && /maps/.test(String(error)));
  });

  test('the socket tells logs, states and the end, once, to those who may read the job', async () => {
    const messages: Message[] = [];
    const others: Message[] = [];
    const close = bed.pipelines.compatibleSocket.open(bed.caller, (message) =>
      messages.push(message as Message),
    );
    const stranger = {
      ...bed.caller,
      userId: 'x',
      projects: new Map([['00000000-0000-7000-8000-000000000000', new Set(['*'])]]),
    };
    const closeOther = bed.pipelines.compatibleSocket.open(stranger, (message) =>
      others.push(message as Message),
    );
    const { job_id } = await bed.call('executar', {
      body: {
        sistemas: ['alpha'],
        opcoes: { pdf: true },
        data_inicial: '02/01/2026',
        data_final: '02/01/2026',
      },
    });
    const done = await waitFor('job_complete', () => messages.find(({ type }) => type === 'job_complete'));
    assert.equal(done.payload['job_id'], job_id);
    assert.equal(done.payload['status'], 'completed');
    assert.equal(typeof done.payload['duracao_segundos'], 'number');
    const logs = messages.filter(({ type }) => type === 'log').map(({ payload }) => payload);
    assert.ok(
      logs.some(
        ({ sistema, mensagem, level }) => sistema === 'ALPHA' && mensagem === 'begins' && level === 'INFO',
      ),
    );
    assert.ok(logs.every(({ timestamp }) => /^\d{4}-\d\d-\d\dT.*Z$/.test(String(timestamp))));
    const states = messages.filter(({ type }) => type === 'status').map(({ payload }) => payload['status']);
    assert.equal(states.at(-1), 'SUCCESS');
    close();
    closeOther();
    assert.equal(messages.filter(({ type }) => type === 'job_complete').length, 1);
    assert.deepEqual(others, []);

    const job = await bed.call('lerJob', { params: { id: job_id } });
    assert.equal(job.status, 'completed');
    assert.deepEqual(job.sistemas, ['alpha']);
    assert.ok(job.logs.some(({ mensagem }) => mensagem === 'done'));
    const ended = await bed.call('cancelarJob', { params: { id: job_id } });
    assert.equal(ended.status, 'error');
    assert.equal((await bed.call('lerSistema', { params: { id: 'alpha' } })).status, 'SUCCESS');
  });

  test('the total of a list is the real one, not the page', async () => {
    for (let index = 0; index < 3; index += 1) await bed.call('executarSistema', { params: { id: 'alpha' } });
    const page = await bed.call('listarJobs', { query: { limit: 2 } });
    assert.deepEqual([page.jobs.length, page.total, page.limit, page.offset], [2, 4, 2, 0]);
    const rest = await bed.call('listarJobs', { query: { limit: 2, offset: 2 } });
    assert.deepEqual(
      [...page.jobs, ...rest.jobs].map(({ id }) => id),
      [4, 3, 2, 1],
    );
    assert.equal((await bed.call('historicoJobs', { query: { status: 'pending' } })).total, 0);
  });

  test('an Idempotency-Key never makes two jobs', async () => {
    const as = { idempotencyKey: 'morning' };
    const first = await bed.call('executarSistema', { params: { id: 'alpha' } }, as);
    const again = await bed.call('executarSistema', { params: { id: 'alpha' } }, as);
    assert.equal(first.job_id, again.job_id);
  });

  test('who may only read changes nothing', async () => {
    const caller = bed.callerWith(['pipelines:read', 'runs:read']);
    const refused = (error: unknown) => status(error) === 403;
    await assert.rejects(
      bed.call('alternarSistema', { params: { id: 'alpha' }, body: { ativo: false } }, { caller }),
      refused,
    );
    await assert.rejects(bed.call('lerCredenciais', {}, { caller }), refused);
    await assert.rejects(bed.call('executarSistema', { params: { id: 'alpha' } }, { caller }), refused);
    assert.equal((await bed.call('listarSistemas', {}, { caller })).sistemas.length, 4);
  });
});
