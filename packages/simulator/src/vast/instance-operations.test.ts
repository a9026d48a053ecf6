import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed } from '../../test/vast-bed.ts';
import { includes, typesOf } from '../../test/wire-types.ts';

test('an instance has the fields of the wire, from nothing to running', () => {
  const bed = openVastBed();
  const id = bed.rent({
    runtype: 'ssh_direc ssh_proxy',
    env: { A: 'B', '-p 8080:8080': '1' },
    onstart: 'echo hi',
    label: 'dumont/x',
  });
  assert.equal(bed.instance(id)['actual_status'], null);
  assert.deepEqual(bed.instance(id)['ports'], {});
  bed.boot(id);
  const instance = bed.instance(id);
  const numbers =
    'id machine_id host_id num_gpus ssh_port direct_port_start direct_port_end start_date end_date uptime_mins duration ' +
    'gpu_util gpu_temp cpu_util mem_usage mem_limit disk_usage disk_util vmem_usage dph_base dph_total min_bid ' +
    'reliability2 inet_up inet_down cpu_cores_effective cpu_ram disk_space';
  const texts =
    'actual_status cur_state next_state intended_status status_msg label image_uuid image_runtype onstart ' +
    'public_ipaddr ssh_host ssh_idx geolocation country_code verification gpu_name';
  includes(typesOf(instance), {
    ...Object.fromEntries(numbers.split(' ').map((name) => [name, 'number'])),
    ...Object.fromEntries(texts.split(' ').map((name) => [name, 'string'])),
    is_bid: 'boolean',
    extra_env: 'array',
    image_args: 'array',
    template_id: 'null',
    ports: 'object',
  });
  assert.deepEqual(instance['extra_env'], [
    ['A', 'B'],
    ['-p 8080:8080', '1'],
  ]);
  assert.deepEqual(Object.keys(instance['ports'] as object), ['22/tcp', '8080/tcp']);
  const [port] =
    (instance['ports'] as Record<string, { HostIp: string; HostPort: string }[]>)['22/tcp'] ?? [];
  assert.equal(port?.HostIp, '0.0.0.0');
  assert.match(port?.HostPort ?? '', /^\d+$/);
  assert.match(String(instance['ssh_host']), /^ssh\d\.vast\.ai$/);
});

test('the list comes by pages, filtered, ordered and counted by label', () => {
  const bed = openVastBed({ market: { machines: 120, badShare: 0 } });
  const ids = bed
    .asks({ num_gpus: { eq: 1 }, rentable: { eq: true } })
    .slice(0, 30)
    .map(({ id }, index) => bed.rent({ label: index % 3 === 0 ? 'a' : 'b' }, Number(id)));
  const list = (parameters: Readonly<Record<string, unknown>>) =>
    bed.call(
      'GET',
      `/api/v1/instances/?${Object.entries(parameters)
        .map(
          ([name, value]) =>
            `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
        )
        .join('&')}`,
    ).body;
  const idsOf = (body: Readonly<Record<string, unknown>>): number[] =>
    (body['instances'] as { id: number }[]).map(({ id }) => id);
  const first = list({ select_filters: {}, order_by: [{ col: 'id', dir: 'asc' }], limit: 25 });
  includes(typesOf(first), {
    success: 'boolean',
    instances_found: 'number',
    total_instances: 'number',
    label_counts: 'object',
    next_token: 'string',
    instances: 'array',
  });
  assert.deepEqual([first['instances_found'], first['total_instances']], [25, 30]);
  assert.deepEqual(first['label_counts'], { a: 10, b: 20 });
  const second = list({ limit: 25, after_token: first['next_token'] });
  assert.equal(second['next_token'], null);
  assert.deepEqual([...idsOf(first), ...idsOf(second)], ids);
  assert.equal(idsOf(list({ limit: 1000 })).length, 25);

  const byPrice = {
    order_by: [{ col: 'dph_total', dir: 'desc' }],
    limit: 7,
    select_cols: ['id', 'dph_total'],
  };
  const walked: { id: number; dph_total: number }[] = [];
  for (let token: unknown = ''; token !== null;) {
    const page = list({ ...byPrice, after_token: token });
    walked.push(...(page['instances'] as typeof walked));
    token = typeof page['next_token'] === 'string' ? page['next_token'] : null;
  }
  assert.deepEqual(Object.keys(walked[0] ?? {}), ['id', 'dph_total']);
  assert.deepEqual(
    walked.map(({ id }) => id).toSorted((a, b) => a - b),
    ids,
  );
  assert.deepEqual(
    walked.map((row) => row.dph_total),
    walked.map((row) => row.dph_total).toSorted((a, b) => b - a),
  );
  assert.equal(idsOf(list({ select_filters: { label: { eq: 'a' } } })).length, 10);
  assert.equal(idsOf(list({ select_filters: { id: { in: ids.slice(0, 4) } } })).length, 4);
  const labelled = list({ select_filters: { label: { eq: 'a' } }, limit: 4 });
  assert.deepEqual([labelled['instances_found'], labelled['total_instances']], [4, 10]);
  assert.deepEqual(labelled['label_counts'], { a: 10 });
  assert.equal(idsOf(list({ limit: 0 })).length, 5);
  assert.deepEqual((list({ limit: 1, select_cols: ['id', 'none'] })['instances'] as unknown[])[0], {
    id: ids[0],
    none: null,
  });
  assert.equal(list({ after_token: 'junk' })['error'], 'invalid_args');
  assert.equal(list({ select_filters: { dph_total: { lt: 1 } } })['error'], 'invalid_args');
  assert.equal(list({ select_filters: { label: { like: 'a' } } })['error'], 'invalid_args');
});

test('the old list is gone, one instance can still be read, and a foreign one is null', () => {
  const bed = openVastBed();
  const id = bed.rent();
  const old = bed.call('GET', '/api/v0/instances/');
  assert.deepEqual([old.status, old.body['error']], [410, 'deprecated_endpoint']);
  assert.equal(bed.instance(id)['id'], id);
  assert.equal(
    bed.call('GET', `/api/v0/instances/${id}/?owner=me`, undefined, 'other-key').body['instances'],
    null,
  );
  assert.equal(bed.call('GET', '/api/v0/instances/123').body['instances'], null);
});

test('start, stop, label, reboot, bid and destroy answer and do what they say; with and without the last slash', () => {
  const bed = openVastBed();
  const ask = bed.asks({ type: 'bid', rentable: { eq: true } })[0];
  const id = bed.rent({ price: Number(ask?.['min_bid']) * 10 }, Number(ask?.['id']));
  bed.boot(id);
  const put = (path: string, body: object) => bed.call('PUT', path, body).body;
  assert.deepEqual(put(`/api/v0/instances/${id}`, { label: 'new' }), { success: true });
  assert.equal(bed.instance(id)['label'], 'new');
  assert.deepEqual(put(`/api/v0/instances/reboot/${id}/`, {}), { success: true });
  assert.equal(bed.instance(id)['actual_status'], 'rebooting');
  bed.boot(id);
  assert.deepEqual(put(`/api/v0/instances/bid_price/${id}/`, { client_id: 'me', price: 5 }), {
    success: true,
  });
  assert.equal(bed.instance(id)['dph_base'], 5);
  assert.equal(put(`/api/v0/instances/bid_price/${id}/`, { price: 1e9 })['error'], 'invalid_price');
  assert.deepEqual(put('/api/v0/instances/', { ids: [id], state: 'stopped' }), { success: true });
  bed.advance(60);
  assert.deepEqual([bed.instance(id)['actual_status'], bed.instance(id)['cur_state']], ['exited', 'stopped']);
  assert.equal(put(`/api/v0/instances/${id}/`, {})['error'], 'invalid_args');
  assert.equal(put(`/api/v0/instances/${id}/`, { state: 'burning' })['error'], 'invalid_args');
  assert.equal(bed.call('PUT', '/api/v0/instances/1/', { state: 'running' }).status, 404);
  assert.equal(bed.call('DELETE', `/api/v0/instances/${id}/`, {}).body['success'], true);
  bed.advance(60);
  assert.equal(bed.instance(id), null);
  const again = bed.call('DELETE', `/api/v0/instances/${id}/`, {});
  assert.deepEqual([again.status, again.body['error']], [404, 'no_such_instance']);
});

test('a destroyed machine is listed, and bills, until it is really gone', () => {
  const bed = openVastBed({
    market: { machines: 60, badShare: 0, removal: { medianSeconds: 30, sigma: 0.1 } },
  });
  const ids = [bed.rent(), bed.rent()];
  for (const id of ids) bed.boot(id);
  const none = bed.call('DELETE', '/api/v0/instances/', { instance_ids: [5] });
  assert.deepEqual([none.status, none.body['error']], [404, 'instances_not_found']);
  assert.deepEqual(bed.call('DELETE', '/api/v0/instances/', { instance_ids: [...ids, 5] }).body, {
    success: true,
  });
  bed.advance(10);
  assert.equal(bed.cloud.contracts().length, 2);
  bed.advance(60);
  assert.equal(bed.cloud.contracts().length, 0);
  for (const { charges, createdAtMs, goneAtMs } of bed.cloud.truth())
    assert.equal(Math.max(...charges.map(({ toMs }) => toMs)) - createdAtMs, (goneAtMs ?? 0) - createdAtMs);
});

test('logs and commands are fetched some moments later', () => {
  const bed = openVastBed();
  const id = bed.rent();
  bed.boot(id);
  const read = (body: Readonly<Record<string, unknown>>) => {
    const path = String(body['result_url']).replace('http://vast.test', '');
    const early = bed.call('GET', path, undefined, '');
    bed.advance(1);
    const late = bed.call('GET', path, undefined, '');
    return [early.status, late.status, late.text] as const;
  };
  const [early, late, log] = read(
    bed.call('PUT', `/api/v0/instances/request_logs/${id}/`, { tail: '100' }).body,
  );
  assert.deepEqual([early, late], [404, 200]);
  assert.match(log, /container started/);
  assert.deepEqual(
    read(bed.call('PUT', `/api/v0/instances/request_logs/${id}/`, { filter: 'nothing' }).body)[2],
    '\n',
  );
  bed.cloud.apply({ kind: 'write-file', contractId: id, path: '/workspace/a', text: '12345' });
  const command = (text: string) => bed.call('PUT', `/api/v0/instances/command/${id}/`, { command: text });
  const running = command('ls /');
  assert.equal(running.status, 400);
  assert.match(String(running.body['msg']), /only avail on stopped instances/);
  bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  bed.advance(60);
  assert.equal(read(command('du -d2 /workspace').body)[2], '5\t/workspace/a');
  assert.equal(command('ls /').body['writeable_path'], '/workspace/');
  assert.equal(command('cat /etc/passwd').status, 400);
  assert.equal(command(`ls ${'x'.repeat(512)}`).status, 400);
});
