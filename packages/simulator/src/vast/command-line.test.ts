import assert from 'node:assert/strict';
import { test } from 'node:test';
import { key, openVastBed, sshKey, type Bed, type Reply } from '../../test/vast-bed.ts';

/** A request as the provider's own command-line client sends it: its key in the header and in the query. */
const openClient = (bed: Bed) => {
  const withKey = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}api_key=${key}`;
  const send = (method: string, path: string, body?: unknown): Reply =>
    bed.call(method, withKey(`/api/v0${path}`), body);
  return {
    get: (path: string): Reply => send('GET', path),
    put: (path: string, body: object = {}): Reply => send('PUT', path, body),
    post: (path: string, body: object): Reply => send('POST', path, body),
    delete: (path: string, body: object = {}): Reply => send('DELETE', path, body),
    list: (query: string): Reply => bed.call('GET', withKey(`/api/v1/instances/?${query}`)),
  };
};

/** What it sends with each create, whatever its options were. */
const create = {
  client_id: 'me',
  image: 'pytorch/pytorch',
  env: {},
  price: null,
  disk: 10,
  label: null,
  extra: null,
  onstart: null,
  image_login: null,
  python_utf8: false,
  lang_utf8: false,
  use_jupyter_lab: false,
  jupyter_dir: null,
  force: false,
  cancel_unavail: false,
  template_hash_id: null,
  user: null,
  runtype: 'ssh',
};

const quoted = (value: unknown): string => encodeURIComponent(JSON.stringify(value)).replaceAll('%20', '+');

test('every start of the client asks without a key which GPUs there are', () => {
  const bed = openVastBed();
  const { status, body } = bed.call('GET', '/api/v0/gpu_names/unique/', undefined, '');
  assert.equal(status, 200);
  const names = body['gpu_names'] as string[];
  assert.ok(names.includes('RTX 4090'));
  assert.equal(new Set(names).size, names.length);
});

test('search offers: what its grammar makes of filters finds what they say', () => {
  const bed = openVastBed({ market: { machines: 160, badShare: 0 } });
  const query = {
    verified: { eq: true },
    external: { eq: false },
    rentable: { eq: true },
    reliability: { gt: '0.9' },
    num_gpus: { eq: '1' },
    gpu_name: { in: ['RTX 4090', 'RTX 3090'] },
    cuda_max_good: { gte: '12.1' },
    duration: { gt: 86_400 },
    cpu_ram: { gt: 16_000 },
    disk_space: { gt: '20' },
    direct_port_count: { gte: '1' },
    driver_version: { gte: 535_086_005 },
    has_avx: { eq: true },
    cluster_id: { eq: null },
    order: [
      ['dph_total', 'asc'],
      ['num_gpus', 'desc'],
    ],
    type: 'on-demand',
    limit: 4,
    allocated_storage: 5,
  };
  const client = openClient(bed);
  const offers = client.post('/bundles/', query).body['offers'] as Record<string, unknown>[];
  assert.equal(offers.length, 4);
  const prices = offers.map((offer) => Number(offer['dph_total']));
  assert.deepEqual(
    prices,
    prices.toSorted((a, b) => a - b),
  );
  for (const offer of offers) {
    assert.ok(['RTX 4090', 'RTX 3090'].includes(String(offer['gpu_name'])));
    assert.deepEqual([offer['num_gpus'], offer['verification'], offer['rentable']], [1, 'verified', true]);
  }
  const answer = bed.vast.handle({
    method: 'PUT',
    url: `/api/v0/search/asks/?api_key=${key}`,
    headers: {},
    body: JSON.stringify({ select_cols: ['*'], q: query }),
  });
  // It looks at this header as a whole, and prints nothing of what it gets with another.
  assert.ok(answer !== 'lost' && answer.headers['content-type'] === 'application/json');
  assert.deepEqual((JSON.parse(answer.body) as Record<string, unknown>)['offers'], offers);
});

test('create instance: a bid that loses is answered without success and with the contract that it left', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const [bid] = bed.asks({ type: 'bid', rentable: { eq: true } });
  const made = client.put(`/asks/${String(bid?.['id'])}/`, { ...create, price: 0.002 });
  assert.deepEqual([made.status, made.body['success']], [200, false]);
  assert.equal(bed.instance(Number(made.body['new_contract']))['cur_state'], 'stopped');
});

test('launch instance searches and takes the best, or says that there was none', () => {
  const bed = openVastBed({ market: { machines: 160, badShare: 0 } });
  const client = openClient(bed);
  const q = {
    verified: { eq: true },
    external: { eq: false },
    rentable: { eq: true },
    rented: { eq: false },
    num_gpus: { eq: '1' },
    gpu_name: { eq: 'RTX 4090' },
    disk_space: { gte: '20.0' },
    order: [['score', 'desc']],
    type: 'on-demand',
    limit: 3,
    allocated_storage: 20,
  };
  const [best] = bed.asks(q);
  const order = { image: 'pytorch/pytorch', disk: 20, env: {}, runtype: 'ssh_direc ssh_proxy' };
  const launched = client.put('/launch_instance/', { ...order, q });
  assert.equal(launched.body['success'], true);
  const instance = bed.instance(Number(launched.body['new_contract']));
  assert.deepEqual([instance['machine_id'], instance['disk_space']], [best?.['machine_id'], 20]);
  const none = client.put('/launch_instance/', { ...order, q: { ...q, gpu_name: { eq: 'RTX 1' } } });
  assert.deepEqual([none.body['success'], none.body['error']], [false, 'offer_not_found']);
});

test('show instances: filters count what they leave, and those without a label are of the empty one', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const offers = bed.asks().slice(0, 4);
  const [first] = offers.map(({ id }, index) =>
    bed.rent({ ...create, label: ['training', null, '', 'training'][index] }, Number(id)),
  );
  const columns = quoted(['id', 'actual_status', 'label', 'template_name', 'volume_info']);
  const query = (filters: object, more = ''): string =>
    `select_filters=${quoted(filters)}&order_by=${quoted([{ col: 'id', dir: 'asc' }])}&limit=25&select_cols=${columns}${more}`;
  const all = client.list(query({})).body;
  assert.deepEqual(
    [all['total_instances'], all['label_counts'], all['next_token']],
    [4, { training: 2, '': 2 }, null],
  );
  const unlabelled = client.list(query({ label: { in: [null] } })).body;
  assert.deepEqual(
    [unlabelled['total_instances'], unlabelled['label_counts'], unlabelled['instances_found']],
    [2, { '': 2 }, 2],
  );
  client.put(`/instances/${first}/`, { label: '' });
  assert.equal(bed.instance(Number(first))['label'], null);

  const page = client.list(query({}).replace('limit=25', 'limit=3')).body;
  assert.deepEqual([page['instances_found'], page['total_instances']], [3, 4]);
  const rest = client.list(query({}, `&after_token=${encodeURIComponent(String(page['next_token']))}`)).body;
  assert.deepEqual([(rest['instances'] as unknown[]).length, rest['next_token']], [1, null]);
});

test('show instances: what there is to filter by comes from a call of its own', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  bed.boot(bed.rent());
  bed.rent();
  const filters = client.get('/instances/filters/').body['filters'] as Record<string, unknown>[];
  assert.deepEqual(filters.map((filter) => String(filter['actual_status'])).toSorted(), ['null', 'running']);
  for (const filter of filters) {
    assert.equal(typeof filter['gpu_name'], 'string');
    assert.equal(filter['verification'], 'verified');
  }
});

test('bulk state and destroy count what is ours, and a repeat finds nothing', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const id = bed.rent();
  bed.boot(id);
  assert.deepEqual(client.put('/instances/', { state: 'stopped', ids: [id, 5] }).body, { success: true });
  const none = client.put('/instances/', { state: 'running', ids: [5] });
  assert.deepEqual([none.status, none.body['error']], [404, 'invalid_args']);
  assert.deepEqual(client.delete('/instances/', { instance_ids: [id, 5] }).body, { success: true });
  bed.advance(60);
  // The client sends this one six times, since it takes the success for a failure.
  const again = client.delete('/instances/', { instance_ids: [id, 5] });
  assert.deepEqual([again.status, again.body['error']], [404, 'instances_not_found']);
});

test('change bid, recycle and reboot say what is wrong in the words of the provider', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const id = bed.rent();
  const onDemand = client.put(`/instances/bid_price/${id}/`, { client_id: 'me', price: 0.5 });
  assert.deepEqual(
    [onDemand.status, onDemand.body['msg']],
    [400, "Can't change price of on-demand contract."],
  );
  const noPrice = client.put(`/instances/bid_price/${id}/`, { client_id: 'me', price: null });
  assert.deepEqual([noPrice.status, noPrice.body['msg']], [400, 'Please set a bid price >= 0.001.']);
  assert.deepEqual(client.put('/instances/recycle/5/').body, {
    success: false,
    error: 'invalid_id',
    msg: 'Invalid instance id.',
  });
  const early = client.put(`/instances/reboot/${id}/`);
  assert.deepEqual([early.status, early.body['error']], [200, 'invalid_id']);
  const unknown = client.put('/instances/reboot/5/');
  assert.deepEqual([unknown.status, unknown.body['error']], [400, 'invalid_args']);
});

test('execute: refused while the machine runs, and answered with where the output will be when it is stopped', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const id = bed.rent();
  const execute = (command: string): Reply => client.put(`/instances/command/${id}/`, { command });
  assert.equal(execute('ls').body['msg'], 'Container not ready');
  bed.boot(id);
  assert.match(
    String(execute('ls -l -o -r').body['msg']),
    /^Execute command only avail on stopped instances\./,
  );
  client.put(`/instances/${id}/`, { state: 'stopped' });
  bed.advance(60);
  assert.match(String(execute('ls -l -o -r').body['result_url']), /^http:/);
  assert.equal(execute('cat /etc/passwd').body['msg'], 'Invalid command given.');
  const unknown = client.put('/instances/command/5/', { command: 'ls' });
  assert.deepEqual([unknown.status, unknown.body['error']], [404, 'not_found']);
});

test('show invoices: the older call has what was paid and what was charged, and what there is now', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const id = bed.rent();
  bed.boot(id);
  bed.advance(3600);
  client.delete(`/instances/${id}/`);
  bed.advance(60);
  const since = bed.now() / 1000 - 86_400;
  const ask = (hasCharges: boolean) =>
    client.get(
      `/users/me/invoices?owner=me&sdate=${since}&edate=${bed.now() / 1000}&inc_charges=${hasCharges}`,
    ).body;
  const { invoices, current } = ask(true) as {
    invoices: { type: string; amount: number; timestamp: number; description: string }[];
    current: { charges: number; credit: number };
  };
  const charges = invoices.filter(({ type }) => type === 'charge');
  assert.deepEqual(invoices.filter(({ type }) => type === 'payment').length, 1);
  const sum = charges.reduce((total, { amount }) => total + amount, 0);
  assert.ok(sum > 0 && Math.abs(sum - current.charges) < 1e-6);
  assert.ok(charges.every(({ timestamp }) => timestamp > since));
  assert.deepEqual(
    (ask(false)['invoices'] as { type: string }[]).map(({ type }) => type),
    ['payment'],
  );
});

test('create ssh-key takes a line as it is in a file, and attach ssh one more for a machine', () => {
  const bed = openVastBed();
  const client = openClient(bed);
  const made = client.post('/ssh/', { ssh_key: `${sshKey}\n` }).body['key'] as Record<string, unknown>;
  assert.equal(made['public_key'], sshKey);
  const id = bed.rent();
  const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOther me';
  const attached = client.post(`/instances/${id}/ssh/`, { ssh_key: `${other}\n` }).body;
  assert.deepEqual([attached['success'], attached['msg']], [true, 'SSH key added to instance.']);
  const again = client.post(`/instances/${id}/ssh/`, { ssh_key: `${other}\n` });
  assert.deepEqual(
    [again.status, again.body],
    [200, { success: false, msg: 'SSH key already associated with instance.' }],
  );
  bed.boot(id);
  assert.equal(bed.cloud.probe(id, other).outcome, 'ok');
  const { id: keyId } = JSON.parse(String(attached['key'])) as { id: number };
  assert.equal(client.delete(`/instances/${id}/ssh/${keyId}/`).body['success'], true);
  assert.equal(bed.cloud.probe(id, other).outcome, 'denied');
  const gone = client.delete(`/instances/${id}/ssh/${keyId}/`);
  assert.deepEqual([gone.status, gone.body['error']], [200, 'no_such_ssh_key']);
});
