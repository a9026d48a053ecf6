import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { request } from 'undici';
import { createCornflowBed, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
before(async () => {
  bed = await createCornflowBed({ environment: { DUMONT_REQUESTS_PER_SECOND: '100000' } });
});
after(() => bed[Symbol.asyncDispose]());

/** What came until the end, or until `giveUpBytes` of it were there. */
const read = (
  id: string,
  how: { readonly gzip?: boolean; readonly slowly?: boolean; readonly giveUpBytes?: number },
): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${bed.people.planner.token ?? ''}`,
      ...(how.gzip === true ? { 'accept-encoding': 'gzip, deflate' } : {}),
    };
    const request = get(`${bed.url}/instance/${id}/data/`, { headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (how.giveUpBytes !== undefined && bytes >= how.giveUpBytes) {
          request.destroy();
          resolve(undefined);
        }
        if (how.slowly !== true) return;
        answer.pause();
        setTimeout(() => answer.resume(), 5);
      });
      answer.on('end', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', (error) => (how.giveUpBytes === undefined ? reject(error) : resolve(undefined)));
  });

test('who reads slowly, packed, or not to the end gets nothing of what others read at the same time', async () => {
  const documents = await Promise.all(
    [1, 2, 3].map(async (weight) => {
      const objects = Array.from({ length: 9000 * weight }, (_, id) => ({ id, value: weight, weight }));
      const data = { objects, parameters: { weight_capacity: weight } };
      const body = { name: `of ${weight}`, schema: 'knapsack', data };
      const made = await bed.people.planner.ask('POST', '/instance/', body);
      assert.equal(made.status, 201, made.text);
      return { id: String(made.json.id), data: JSON.stringify(data) };
    }),
  );
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const ways = [{}, { gzip: true }, { slowly: true }, { giveUpBytes: 100_000 }] as const;
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      documents.flatMap(({ id, data }) =>
        ways.flatMap((way) =>
          [1, 2].map(async () => {
            const bytes = await read(id, way);
            if (bytes === undefined) return;
            const text = ('gzip' in way ? gunzipSync(bytes) : bytes).toString();
            const shown = JSON.parse(text) as { data: unknown };
            assert.equal(hashOf(JSON.stringify(shown.data)), hashOf(data));
          }),
        ),
      ),
    );
  }
});

test('at our own address a document comes as it is kept to who takes gzip, and as text to who does not', async () => {
  const { client, token } = bed.app.admin;
  const objects = Array.from({ length: 2000 }, (_, id) => ({ id, value: 1, weight: 1 }));
  const text = JSON.stringify({ objects, parameters: { weight_capacity: 1 } });
  const { id } = await client.createProblemInstance({ body: { app: 'knapsack', name: 'long', data: text } });
  // Unlike `fetch` it leaves the answer as it came.
  const ask = async (encoding: string) => {
    const url = `${bed.app.url}/api/v1/optimization/instances/${id}/data`;
    const headers = { authorization: `Bearer ${token}`, 'accept-encoding': encoding };
    const answer = await request(url, { headers });
    return { headers: answer.headers, bytes: Buffer.from(await answer.body.arrayBuffer()) };
  };
  const compressed = await ask('gzip, br');
  assert.deepEqual(
    [compressed.headers['content-encoding'], compressed.headers.vary],
    ['gzip', 'Accept-Encoding'],
  );
  assert.equal(gunzipSync(compressed.bytes).toString(), text);
  const plain = await ask('identity');
  assert.deepEqual([plain.headers['content-encoding'], plain.bytes.toString()], [undefined, text]);
});

test('of a document that was cut off in the database nothing is sent, at either door', async () => {
  const objects = Array.from({ length: 2000 }, (_, id) => ({ id, value: 1, weight: 1 }));
  const data = { objects, parameters: { weight_capacity: 1 } };
  const made = await bed.people.planner.ask('POST', '/instance/', { name: 'cut', schema: 'knapsack', data });
  const key = String(made.json.id);
  const { rows } = await sql<{ id: string }>`
    update optimization_instances set data = substring(data for octet_length(data) - 200)
    where key = ${key} returning id`.execute(bed.app.database.db);
  const doors = [
    [`${bed.url}/instance/${key}/data/`, bed.people.planner.token],
    [`${bed.app.url}/api/v1/optimization/instances/${rows[0]?.id}/data`, bed.app.admin.token],
  ] as const;
  for (const [url, token] of doors) {
    for (const encoding of ['gzip', 'identity']) {
      const headers = { authorization: `Bearer ${token}`, 'accept-encoding': encoding };
      const answer = await request(url, { headers });
      assert.deepEqual([answer.statusCode, answer.headers['content-encoding']], [500, undefined], url);
      assert.match(await answer.body.text(), /^\{.*\}$/);
    }
  }
});
