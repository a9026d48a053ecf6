import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed, type Bed } from '../../test/vast-bed.ts';
import { includes, typesOf } from '../../test/wire-types.ts';

const search = (bed: Bed, query: Readonly<Record<string, unknown>>) => bed.asks(query);

test('an offer has the fields of the wire with their types', () => {
  const bed = openVastBed();
  const offer = bed.asks()[0];
  const numbers =
    'id ask_contract_id bundle_id machine_id host_id num_gpus gpu_ram gpu_total_ram gpu_frac gpu_lanes gpu_mem_bw ' +
    'gpu_max_power gpu_max_temp compute_cap cuda_max_good bw_nvlink cpu_cores cpu_cores_effective cpu_ghz cpu_ram ' +
    'disk_space disk_bw inet_up inet_down inet_up_cost inet_down_cost direct_port_count pci_gen pcie_bw dph_base ' +
    'dph_total min_bid dlperf dlperf_per_dphtotal total_flops flops_per_dphtotal score storage_cost ' +
    'storage_total_cost hosting_type reliability reliability2 expected_reliability start_date end_date duration';
  const texts =
    'gpu_name gpu_arch cpu_name cpu_arch disk_name mobo_name driver_version os_version geolocation verification public_ipaddr';
  includes(typesOf(offer), {
    ...Object.fromEntries(numbers.split(' ').map((name) => [name, 'number'])),
    ...Object.fromEntries(texts.split(' ').map((name) => [name, 'string'])),
    rentable: 'boolean',
    rented: 'boolean',
    is_bid: 'boolean',
    external: 'boolean',
    static_ip: 'boolean',
    vms_enabled: 'boolean',
    cluster_id: 'null',
    search: 'object',
    instance: 'object',
  });
  assert.match(String(offer?.['geolocation']), /^[A-Z][\w ]+, [A-Z]{2}$/);
  assert.ok(Number(offer?.['compute_cap']) >= 700);
  const price = Number(offer?.['dph_base']) + (5 * Number(offer?.['storage_cost'])) / 30 / 24;
  assert.ok(Math.abs(price - Number(offer?.['dph_total'])) < 2e-6);
});

test('a search understands every operator, and numbers and booleans that come as text', () => {
  const bed = openVastBed();
  const all = search(bed, {});
  const count = (query: Readonly<Record<string, unknown>>): number => search(bed, query).length;
  const ram = (offer: Readonly<Record<string, unknown>>): number => Number(offer['gpu_ram']);
  assert.equal(count({ gpu_ram: { gte: '24000' } }), all.filter((offer) => ram(offer) >= 24_000).length);
  assert.equal(count({ gpu_ram: { lt: 24_000.0 } }), all.filter((offer) => ram(offer) < 24_000).length);
  assert.equal(count({ reliability: { gt: '0.98' } }), count({ reliability2: { gt: 0.98 } }));
  assert.equal(count({ num_gpus: { eq: '1' } }) + count({ num_gpus: { neq: 1 } }), all.length);
  assert.equal(count({ verified: { eq: true } }), all.filter((o) => o['verification'] === 'verified').length);
  assert.equal(count({ verified: { eq: 'true' } }), count({ verified: { eq: true } }));
  assert.equal(count({ verified: { eq: 'any' } }), all.length);
  assert.equal(count({ has_avx: { eq: true } }), all.length);
  assert.ok(count({ gpu_name: { eq: 'RTX_4090' } }) > 0);
  assert.equal(count({ gpu_name: { eq: 'RTX_4090' } }), count({ gpu_name: { eq: 'RTX 4090' } }));
  const some = count({ gpu_name: { in: ['RTX_4090', 'RTX 3090'] } });
  assert.equal(count({ gpu_name: { in: '[RTX_4090,RTX_3090]' } }), some);
  assert.equal(count({ gpu_name: { notin: ['RTX 4090', 'RTX 3090'] } }), all.length - some);
  assert.equal(
    count({ geolocation: { in: ['SE', 'US'] } }),
    all.filter((o) => /, (SE|US)$/.test(String(o['geolocation']))).length,
  );
  assert.equal(count({ dph: { lte: '0.5' } }), count({ dph_total: { lte: 0.5 } }));
  assert.equal(count({ cuda_vers: { gte: 12.6 } }), count({ cuda_max_good: { gte: 12.6 } }));
  assert.ok(count({ driver_version: { gte: 560_000_000 } }) > 0);
  assert.equal(count({ no_such_field: { eq: 1 } }), all.length);
  const refused = bed.call('POST', '/api/v0/bundles/', { num_gpus: { like: 1 } });
  assert.deepEqual([refused.status, refused.body['error']], [400, 'invalid_args']);
});

test('a search is ordered, limited, and priced for its kind and its storage', () => {
  const bed = openVastBed();
  const cheap = search(bed, { order: [['dph', 'asc']], limit: '7' });
  assert.equal(cheap.length, 7);
  const prices = cheap.map((offer) => Number(offer['dph_total']));
  assert.deepEqual(
    prices,
    prices.toSorted((a, b) => a - b),
  );
  const scores = search(bed, {}).map((offer) => Number(offer['score']));
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  );
  const [bid] = search(bed, { type: 'bid' });
  assert.deepEqual([bid?.['is_bid'], bid?.['dph_base']], [true, bid?.['min_bid']]);
  const [small] = search(bed, { order: [['id', 'asc']], allocated_storage: 10 });
  const [large] = search(bed, { order: [['id', 'asc']], allocated_storage: '1000' });
  const difference = Number(large?.['dph_total']) - Number(small?.['dph_total']);
  assert.ok(Math.abs(difference - (990 * Number(small?.['storage_cost'])) / 720) < 2e-6);
});

test('the newer search takes the query as `q`, and anyone may search', () => {
  const bed = openVastBed();
  const q = { num_gpus: { eq: 1 }, limit: 3 };
  const { body } = bed.call('PUT', '/api/v0/search/asks/', { select_cols: ['*'], q }, '');
  assert.deepEqual(body['offers'], search(bed, q));
  assert.equal(bed.call('GET', `/api/v0/bundles?q=${encodeURIComponent(JSON.stringify(q))}`).status, 200);
});
