import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { toBrazilianDay, previousBusinessDay, todayInSaoPaulo } from '@dumont/contracts/calendar';
import type { Run } from '@dumont/contracts/runs/runs';
import { waitFor } from '../../../../test/wait.ts';
import {
  createPipelinesBed,
  echoProgram,
  endlessProgram,
  sampleManifest,
  sampleSystem,
  type PipelinesBed,
} from '../test-kit.ts';

const ended = (bed: PipelinesBed, run: Pick<Run, 'number'>): Promise<Run> =>
  waitFor(`the end of run ${run.number}`, async () => {
    const scope = { everywhere: true, projectIds: [], ownProjectIds: [], userId: '' };
    const found = await bed.runs.runs.api.findRunByNumber(scope, run.number);
    return found !== undefined && found.finishedAt !== null && found;
  });

const start = (bed: PipelinesBed, params: Run['params'], subject = 'sample') =>
  bed.runs.runs.api.startRun(bed.caller, { kind: 'pipeline', subject, params, projectId: bed.projectId });

const logOf = async (bed: PipelinesBed, run: Run): Promise<string> =>
  (await bed.runs.runs.api.readLog(run.id, 0, 1000)).map(({ message }) => message).join('\n');

const codeOf =
  (code: string, params: Readonly<Record<string, unknown>> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error && 'params' in error, String(error));
    assert.equal(error.code, code);
    assert.deepEqual({ ...(error.params as object), ...params }, error.params);
    return true;
  };

describe('a run of a pipeline', () => {
  let bed: PipelinesBed;
  before(async () => {
    const systems = [
      sampleSystem('alpha', { credentials: ['portal.one'], paths: ['csv'] }),
      sampleSystem('beta', { credentials: ['portal.two'], knownFunds: true }),
      sampleSystem('gamma'),
    ];
    bed = await createPipelinesBed({
      manifest: sampleManifest({ systems, database: 'funds' }),
      program: `${echoProgram}
        console.log('[INFO] [ALPHA] my password is ' + config.credentials['portal.one']?.password);
        console.log('[INFO] [ALPHA] basic ' + Buffer.from('ana:s3cr3t-word').toString('base64'));
        const { createHash } = await import('node:crypto');
        const digest = createHash('sha256').update(config.credentials['portal.one']?.password ?? '').digest('hex');
        console.log('[SUCCESS] [ALPHA] digest ' + digest);
        console.error(config.databaseUrl);`,
      outboundAllow: ['portal.example'],
      files: {
        'pipelines/other/manifest.json': JSON.stringify(
          sampleManifest({ id: 'other', systems: [sampleSystem('delta')] }),
        ),
      },
    });
  });
  after(() => bed[Symbol.asyncDispose]());

  test('names a credential that is missing, and the system that needs it', async () => {
    await assert.rejects(
      start(bed, { sistemas: ['alpha'] }),
      codeOf('credential.missing', { id: 'alpha', credential: 'portal.one' }),
    );
  });

  test('names a path that is not set, and one that is gone since', async () => {
    const body = { url: 'https://portal.example/', username: 'ana', password: 's3cr3t-word' };
    await bed.call('putCredential', { params: { key: 'portal.one' }, body });
    await assert.rejects(start(bed, { sistemas: ['alpha'] }), codeOf('path.invalid', { name: 'csv' }));
    const path = `${bed.folder}/files/csv`;
    await bed.call('putPath', { params: { name: 'csv' }, body: { path, create: true } });
  });

  test('sees its arguments, its own credentials, its paths and nothing of other systems', async () => {
    await bed.call('putCredential', {
      params: { key: 'portal.two' },
      body: { url: 'https://portal.example/two', username: 'bia', password: 'another-one' },
    });
    const run = await ended(
      bed,
      await start(bed, {
        sistemas: ['alpha', 'gamma'],
        data_inicial: '02/01/2026',
        data_final: '05/01/2026',
        opcoes: { alpha: { pdf: false } },
        limpar: true,
      }),
    );
    const log = await logOf(bed, run);
    assert.equal(run.state, 'succeeded', JSON.stringify([run.error, log]));
    assert.match(log, /"--sistemas","alpha","gamma"/);
    assert.match(log, /"--data-inicial","02\/01\/2026","--data-final","05\/01\/2026"/);
    assert.match(log, /"--opcao","alpha.pdf=false","--opcao","alpha.depth=0"/);
    assert.match(log, /"--limpar"/);
    assert.match(log, /cwd .*\/pipelines\/sample/);
    assert.match(log, /"paths":\{"csv":"[^"]*\/files\/csv"\}/);
    assert.doesNotMatch(log, /portal\.two|another-one/);
    assert.deepEqual(
      run.parts.map(({ name, label }) => [name, label]),
      [
        ['alpha', 'ALPHA'],
        ['gamma', 'GAMMA'],
      ],
    );
    assert.equal(run.params['limpar'], true);
  });

  test('never shows a stored password in its log, in no spelling', async () => {
    const log = await logOf(bed, await ended(bed, await start(bed, { sistemas: ['alpha'] })));
    assert.match(log, /my password is/);
    assert.doesNotMatch(log, /s3cr3t-word/);
    assert.doesNotMatch(log, new RegExp(Buffer.from('ana:s3cr3t-word').toString('base64')));
    const password = /:([^:@]+)@/.exec(bed.fundsUrl)?.[1] ?? 'none';
    assert.ok(!log.includes(password));
  });

  test('still has its password after a save that left it out or sent the mask', async () => {
    for (const body of [{ password: '********' }, { username: 'ana' }]) {
      await bed.call('putCredential', { params: { key: 'portal.one' }, body });
    }
    const log = await logOf(bed, await ended(bed, await start(bed, { sistemas: ['alpha'] })));
    assert.ok(log.includes(createHash('sha256').update('s3cr3t-word').digest('hex')), log);
  });

  test('gets the last business day where no date is given', async () => {
    const yesterday = toBrazilianDay(previousBusinessDay(todayInSaoPaulo(new Date())));
    const run = await start(bed, { sistemas: ['gamma'] });
    assert.equal(run.params['data_inicial'], yesterday);
    assert.equal(run.params['data_final'], yesterday);
    await ended(bed, run);
  });

  test('says what is wrong with a request, each with its own code', async () => {
    const cases: [Run['params'], string][] = [
      [{}, 'system.no_selection'],
      [{ sistemas: [] }, 'system.no_selection'],
      [{ sistemas: ['nobody'] }, 'system.unknown'],
      [{ sistemas: ['gamma', 'delta'] }, 'system.mixed'],
      [{ sistemas: ['gamma'], opcoes: { gamma: { nothing: true } } }, 'system.option'],
      [{ sistemas: ['gamma'], opcoes: { gamma: { depth: '7' } } }, 'request.invalid'],
      [{ sistemas: ['gamma'], opcoes: { gamma: { pdf: 'yes' } } }, 'request.invalid'],
      [{ sistemas: ['gamma'], data_base: '01/01/2026' }, 'request.invalid'],
      [{ sistemas: 'gamma' }, 'request.invalid'],
      [{ sistemas: ['gamma'], data_inicial: '31/02/2026' }, 'period.invalid'],
      [{ sistemas: ['gamma'], data_inicial: '2026-01-02' }, 'period.invalid'],
      [{ sistemas: ['gamma'], data_inicial: '05/01/2026', data_final: '02/01/2026' }, 'period.reversed'],
      [{ sistemas: ['gamma'], data_inicial: '01/01/2199' }, 'period.future'],
    ];
    for (const [params, code] of cases) await assert.rejects(start(bed, params), codeOf(code), code);
    await assert.rejects(start(bed, { sistemas: ['gamma'] }, 'nothing'), codeOf('pipeline.not_found'));
  });

  test('does not start a system that is switched off', async () => {
    await bed.call('updateSystem', { params: { id: 'gamma' }, body: { active: false } });
    await assert.rejects(start(bed, { sistemas: ['gamma'] }), codeOf('system.inactive', { id: 'gamma' }));
    await bed.call('updateSystem', { params: { id: 'gamma' }, body: { active: true } });
  });

  test('ends as failed with the reason when its credential is gone at the start', async () => {
    await bed.runs.database.pool.query(
      `UPDATE credentials SET url = 'http://10.1.2.3/' WHERE key = 'portal.two'`,
    );
    const run = await ended(bed, await start(bed, { sistemas: ['beta'] }));
    assert.equal(run.state, 'failed');
    assert.equal(run.error?.code, 'outbound.refused');
  });
});

describe('runs of one pipeline wait for each other', () => {
  let bed: PipelinesBed;
  before(async () => {
    bed = await createPipelinesBed({ program: endlessProgram });
  });
  after(() => bed[Symbol.asyncDispose]());

  const isRunning = (bed: PipelinesBed, system: string) => async () =>
    (await bed.call('lerSistema', { params: { id: system } })).status === 'RUNNING';

  test('a second run is queued with a number of its own, never refused and never -1', async () => {
    const jobs = [];
    for (const id of ['alpha', 'beta', 'alpha', 'beta']) {
      jobs.push(await bed.call('executarSistema', { params: { id } }));
    }
    assert.ok(jobs.every(({ status, job_id }) => status === 'queued' && job_id > 0));
    assert.equal(new Set(jobs.map(({ job_id }) => job_id)).size, 4);
    await waitFor('the first to run', isRunning(bed, 'alpha'));
    const page = await bed.call('listarJobs', { query: { status: 'pending', limit: 1 } });
    assert.deepEqual([page.total, page.jobs.length], [3, 1]);
  });

  test('cancelling one job leaves the others and their systems alone', async () => {
    const { jobs } = await bed.call('listarJobs', {});
    const running = jobs.find(({ status }) => status === 'running');
    const [last] = jobs;
    assert.ok(running !== undefined && last !== undefined);
    const answer = await bed.call('cancelarJob', { params: { id: last.id } });
    assert.equal(answer.status, 'cancelled');
    assert.equal((await bed.call('lerSistema', { params: { id: 'alpha' } })).status, 'RUNNING');
    assert.equal((await bed.call('lerJob', { params: { id: running.id } })).status, 'running');
    for (const { id } of jobs) await bed.call('cancelarJob', { params: { id } });
    await waitFor('all to end', async () => {
      const page = await bed.call('historicoJobs', {});
      return page.total === 4 && page.jobs.every(({ status }) => status === 'cancelled');
    });
    assert.equal((await bed.call('cancelarJob', { params: { id: 99_999 } })).status, 'error');
  });
});

test('a pipeline whose modules may be imported in advance finds the same where a process waited for it', async () => {
  await using bed = await createPipelinesBed({
    manifest: sampleManifest({
      command: ['node', '--max-semi-space-size=4', 'main.mjs', 'own'],
      preload: ['lib.mjs'],
    }),
    program: `${echoProgram}
      import { count } from './lib.mjs';
      console.log('[INFO] [ALPHA] own ' + [count(), import.meta.main, process.execArgv.join()]);
      console.error(performance.timeOrigin);`,
    files: { 'pipelines/sample/lib.mjs': 'let counted = 0; export const count = () => ++counted;' },
  });
  const finish = async (system: string) => {
    const run = await ended(bed, await start(bed, { sistemas: [system], data_inicial: '02/01/2026' }));
    assert.equal(run.state, 'succeeded', JSON.stringify(run.error));
    const lines = await bed.runs.runs.api.readLog(run.id, 0, 1000);
    const says = lines.filter(({ source }) => source === 'stdout').map(({ message }) => message);
    const madeAt = Number(lines.find(({ source }) => source === 'stderr')?.message);
    return { isWarm: madeAt < Date.parse(run.queuedAt), says };
  };
  const cold = await finish('alpha');
  assert.equal(cold.isWarm, false);
  assert.match(cold.says.join('\n'), /own 1,true,--max-semi-space-size=4/);
  const warm = await waitFor('a run by a process that waited', async () => {
    const run = await finish('alpha');
    return run.isWarm && run;
  });
  assert.deepEqual(warm.says, cold.says);
});
