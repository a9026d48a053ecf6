import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createObjectsBed, type Id, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const zip = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100, 7)]);

const execution = async (): Promise<Id> => {
  const instance = { name: 'one', schema: 'echo', data: {} };
  const { id } = (await bed.planner('POST', '/instance/', instance)).json;
  const body = { name: 'Über/try', schema: 'echo', instance_id: id, config: {} };
  return (await bed.planner('POST', '/execution/?run=0', body)).json.id;
};

/** As the client of workers does: a form, with a file where there is one. */
const send = async (id: Id, status: string, content?: Buffer, name = 'files.zip') => {
  const form = new FormData();
  form.set('execution_files_status', status);
  if (content !== undefined) form.set('execution_file', new File([new Uint8Array(content)], name));
  const headers = { authorization: 'Bearer service', 'content-encoding': 'br' };
  const url = `${bed.url}/execution/files/${id}/`;
  const answer = await fetch(url, { method: 'POST', headers, body: form });
  const body: unknown = await answer.json();
  return [answer.status, body];
};
const fetchFiles = async (id: Id) => {
  const answer = await fetch(`${bed.url}/execution/files/${id}/`, {
    headers: { authorization: 'Bearer planner' },
  });
  // A body that nobody reads keeps the server from closing.
  return {
    status: answer.status,
    headers: answer.headers,
    content: Buffer.from(await answer.arrayBuffer()),
  };
};

describe('files of an execution', () => {
  it('are sent back as they came, under a name that a header can hold', async () => {
    const id = await execution();
    const none = await bed.planner('GET', `/execution/files/${id}/`);
    assert.deepEqual(
      [none.status, none.json],
      [400, { error: 'The execution files were not generated.', status: 0 }],
    );
    assert.deepEqual(await send(id, '1', zip), [200, { message: 'Execution files saved correctly' }]);
    const answer = await fetchFiles(id);
    assert.deepEqual([answer.status, answer.headers.get('x-status-code')], [200, '200']);
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^attachment; filename=_ber_try_[0-9T-]+\.zip$/,
    );
    assert.deepEqual(answer.content, zip);
  });

  it('are out of date once the solution is another, and go with the execution', async () => {
    const id = await execution();
    await send(id, '1', zip);
    await bed.planner('PUT', `/execution/${id}/`, { data: { x: 1 } });
    assert.match((await fetchFiles(id)).headers.get('x-message') ?? '', /older/);
    await bed.planner('DELETE', `/execution/${id}/`);
    assert.equal((await fetchFiles(id)).status, 404);
  });

  it('may be known to be missing', async () => {
    const id = await execution();
    await send(id, '1', zip);
    assert.deepEqual(await send(id, '-1'), [200, { message: 'Execution files status saved correctly' }]);
    assert.equal((await fetchFiles(id)).status, 400);
  });

  it('are refused where they are no archive, or their status is none', async () => {
    const id = await execution();
    const noArchive = [400, { error: 'The execution file must be a valid .zip file' }];
    assert.deepEqual(await send(id, '1', Buffer.from('text')), noArchive);
    assert.deepEqual(await send(id, '1', zip, 'files.exe'), noArchive);
    assert.deepEqual(await send(id, '1'), [
      400,
      { error: "Execution file status was 'OK' but not file was provided." },
    ]);
    assert.equal((await send(id, '5'))[0], 400);
    assert.equal((await send(id, 'x'))[0], 400);
    assert.equal((await send('0'.repeat(40), '0'))[0], 404);
  });

  it('are cleaned up when nobody changed them for long', async () => {
    const old = await execution();
    const fresh = await execution();
    for (const id of [old, fresh]) await send(id, '1', zip);
    await bed.optimization.runs.database.pool.query(
      `UPDATE optimization_executions SET updated_at = now() - interval '91 days' WHERE key = $1`,
      [old],
    );
    const clean = async () => (await bed.service('DELETE', '/execution/files/cleanup/')).json;
    assert.deepEqual(await clean(), { message: '1 files were deleted.' });
    assert.deepEqual([(await fetchFiles(old)).status, (await fetchFiles(fresh)).status], [400, 200]);
    assert.deepEqual(await clean(), { message: 'No execution files found' });
  });
});
