import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answering, anyOffer, apiKey, reply, unending } from '../../market-test-kit.ts';
import { ProviderError, type MachineOrder, type ProviderErrorKind } from '../provider.ts';

const order: MachineOrder = {
  offerId: '11',
  label: 'dumont/x/1',
  image: 'pytorch/pytorch',
  diskGb: 20,
  ports: [8080],
  environment: { A: 'B' },
  onStart: 'true',
};
const failed =
  (kind: ProviderErrorKind) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ProviderError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.ok(!error.message.includes(apiKey) && !JSON.stringify(error).includes(apiKey));
    return true;
  };

const wireMachine = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: 5,
  actual_status: 'running',
  cur_state: 'running',
  next_state: 'running',
  intended_status: 'running',
  machine_id: 71,
  host_id: 9,
  something_new: [1, 2],
  ...more,
});
const stateOf = async (more: Readonly<Record<string, unknown>>): Promise<string | undefined> =>
  (await answering(reply(200, { instances: wireMachine(more) })).provider.findMachine('5', unending))?.state;
const page = (ids: readonly number[], total: number, next: string | null = null) =>
  reply(200, {
    success: true,
    instances_found: total,
    total_instances: total,
    next_token: next,
    instances: ids.map((id) => wireMachine({ id })),
  });

describe('an answer', () => {
  it('is the error that it is, in whichever of its forms it comes', async () => {
    const cases: readonly (readonly [number, unknown, ProviderErrorKind])[] = [
      [429, 'API requests too frequent', 'rate_limited'],
      [429, { detail: 'API requests too frequent endpoint threshold=4.5' }, 'rate_limited'],
      [
        400,
        { success: false, error: 'x', msg: 'API requests too frequent: endpoint threshold=1.0' },
        'rate_limited',
      ],
      [404, { success: false, error: 'auth_error', msg: 'Invalid user key' }, 'auth'],
      [401, { success: false, error: 'auth_error', msg: 'Invalid user key' }, 'auth'],
      [403, { success: false, error: 'forbidden', msg: 'x' }, 'auth'],
      [404, { success: false, error: 'no_such_instance', msg: 'Instance 5 not found.' }, 'not_found'],
      [200, { success: false, error: 'no_such_instance', msg: 'Instance 5 not found.' }, 'not_found'],
      [400, { success: false, error: 'invalid_args', msg: 'invalid instance_id' }, 'not_found'],
      [404, { success: false, error: 'instances_not_found', msg: 'Instances 5, 6 not found.' }, 'not_found'],
      [410, { success: false, error: 'expired', msg: 'x' }, 'gone'],
      [410, { success: false, error: 'deprecated_endpoint', msg: 'x' }, 'invalid'],
      [400, { success: false, error: 'invalid_args', msg: 'x' }, 'invalid'],
      [500, { success: false, error: 'x', msg: 'x' }, 'blind'],
      [502, '<html>Bad gateway</html>', 'blind'],
      [404, '<html>Not found</html>', 'blind'],
      [200, '<html>Sign in</html>', 'blind'],
      [200, '', 'blind'],
      [302, '', 'blind'],
    ];
    for (const [status, body, kind] of cases) {
      const { provider, sent } = answering(reply(status, body));
      await assert.rejects(provider.labelMachine('5', 'x', unending), failed(kind), `${status} ${kind}`);
      assert.equal(sent.length, 1, 'nothing is repeated');
    }
  });

  it('of another shape than promised is no answer', async () => {
    const { provider } = answering(reply(200, { success: true, offers: [{ id: 1 }] }));
    await assert.rejects(provider.searchOffers(anyOffer, unending), failed('blind'));
  });

  it('is asked for with the key in a header, and nowhere else', async () => {
    const { provider, sent } = answering(reply(200, { success: true }));
    await provider.startMachine('5', unending);
    assert.equal(sent[0]?.headers['authorization'], `Bearer ${apiKey}`);
    assert.ok(!`${sent[0]?.url}${sent[0]?.body}`.includes(apiKey));
  });
});

describe('a search', () => {
  it('sends numbers as text, real names, and the disk that the price must hold', async () => {
    const { provider, sent } = answering(reply(200, { offers: [] }));
    await provider.searchOffers(
      {
        ...anyOffer,
        gpuName: 'RTX_4090',
        gpuCount: 2,
        minReliability: 0.9,
        maxPricePerHourMicroUsd: 450_000,
        verifiedOnly: true,
        region: 'US',
      },
      unending,
    );
    assert.equal(`${sent[0]?.method} ${sent[0]?.url}`, 'POST https://vast.example/api/v0/bundles/');
    assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
      rentable: { eq: true },
      external: { eq: false },
      verified: { eq: true },
      gpu_name: { eq: 'RTX 4090' },
      num_gpus: { eq: '2' },
      disk_space: { gte: '20' },
      reliability2: { gte: '0.9' },
      dph_total: { lte: '0.45' },
      geolocation: { in: ['US'] },
      type: 'on-demand',
      order: [['dph_total', 'asc']],
      limit: 1000,
      allocated_storage: 20,
    });
  });

  it('reads numbers that come as text, and prices the disk itself', async () => {
    const { provider } = answering(
      reply(200, {
        offers: [
          {
            id: 1,
            machine_id: 2,
            host_id: 3,
            gpu_name: 'RTX 4090',
            num_gpus: '2',
            gpu_ram: 24_564,
            cpu_ram: '64000',
            disk_space: '500.5',
            inet_down: '812.25',
            dph_base: '0.4000001',
            storage_cost: 0.15,
            dph_total: 99,
            geolocation: 'Sweden, SE',
            verification: 'verified',
            unknown_field: {},
          },
        ],
      }),
    );
    const [offer] = await provider.searchOffers({ ...anyOffer, diskGb: 100 }, unending);
    assert.equal(offer?.gpuCount, 2);
    assert.equal(offer?.downloadMbps, 812.25);
    assert.equal(offer?.basePricePerHourMicroUsd, 400_000);
    // 100 GB x 0.15 $/GB/month / 30 / 24
    assert.equal(offer?.pricePerHourMicroUsd, 400_000 + 20_833);
  });
});

describe('an order', () => {
  it('of one offer is a PUT on it, of several one POST', async () => {
    const one = answering(reply(200, { success: true, new_contract: 77, instance_api_key: 'k' }));
    assert.deepEqual(await one.provider.createMachines([order], unending), [
      { kind: 'created', machineId: '77', restrictedKey: 'k' },
    ]);
    assert.equal(`${one.sent[0]?.method} ${one.sent[0]?.url}`, 'PUT https://vast.example/api/v0/asks/11/');
    const body = JSON.parse(one.sent[0]?.body ?? '') as Record<string, unknown>;
    assert.deepEqual(body['env'], { A: 'B', '-p 8080:8080': '1' });
    assert.equal(body['runtype'], 'ssh_direc ssh_proxy');
    assert.equal(body['price'], null);

    const both = answering(
      reply(200, {
        success: false,
        results: [
          { ask_id: 12, success: false, error: 'no_such_ask', msg: 'error 410/3907: no longer available.' },
          { ask_id: 11, success: true, new_contract: 78 },
        ],
      }),
    );
    const results = await both.provider.createMachines([order, { ...order, offerId: '12' }], unending);
    assert.deepEqual(results[0], { kind: 'created', machineId: '78', restrictedKey: null });
    assert.ok(results[1]?.kind === 'refused' && results[1].error.kind === 'no_capacity');
    assert.equal(
      `${both.sent[0]?.method} ${both.sent[0]?.url}`,
      'POST https://vast.example/api/v0/asks/bulk/',
    );
    assert.deepEqual((JSON.parse(both.sent[0]?.body ?? '') as { ids: unknown }).ids, [11, 12]);
  });

  it('that is refused and made something all the same names it, so that it can be destroyed', async () => {
    for (const status of [400, 500]) {
      const { provider } = answering(
        reply(status, { success: false, error: 'invalid_price', msg: 'bid too low', new_contract: 79 }),
      );
      const [result] = await provider.createMachines([order], unending);
      assert.ok(result?.kind === 'refused');
      assert.equal(result.machineId, '79');
    }
  });

  it('that was made stopped is refused for want of capacity, and names what bills until it is destroyed', async () => {
    const { provider } = answering(
      reply(200, { success: false, new_contract: 79, instance_api_key: 'restricted' }),
    );
    const [result] = await provider.createMachines([order], unending);
    assert.ok(result?.kind === 'refused' && result.error.kind === 'no_capacity');
    assert.equal(result.machineId, '79');
  });

  it('for an offer that somebody else took is refused for want of capacity', async () => {
    for (const [status, error] of [
      [404, 'no_such_ask'],
      [410, 'no_such_ask'],
      [410, 'gone'],
    ] as const) {
      const { provider } = answering(reply(status, { success: false, error, msg: 'x' }));
      const [result] = await provider.createMachines([order], unending);
      assert.ok(result?.kind === 'refused' && result.error.kind === 'no_capacity');
      assert.equal(result.machineId, null);
    }
  });

  it('whose answer does not say what was rented is not known: blind, never a refusal', async () => {
    for (const lost of [
      reply(502, ''),
      reply(200, 'not JSON'),
      reply(200, { success: true }),
      reply(200, { success: true, results: [{ ask_id: 11, success: true, new_contract: 5 }] }),
      new ProviderError('blind', 'create', 'timed out'),
    ]) {
      const { provider, sent } = answering(lost);
      await assert.rejects(
        provider.createMachines([order, { ...order, offerId: '12' }], unending),
        failed('blind'),
      );
      assert.equal(sent.length, 1, 'an order is never repeated');
    }
  });

  it('of offers that differ in more than the offer is not sent', async () => {
    const { provider, sent } = answering(reply(200, {}));
    await assert.rejects(
      provider.createMachines([order, { ...order, offerId: '12', label: 'other' }], unending),
      failed('invalid'),
    );
    await assert.rejects(provider.createMachines([order, order], unending), failed('invalid'));
    assert.equal(sent.length, 0);
  });
});

describe('a list', () => {
  it('is read page after page, to the last', async () => {
    const { provider, sent } = answering(page([1, 2], 3, 'abc'), page([3], 3));
    const machines = await provider.listMachines(unending);
    assert.deepEqual(
      machines.map(({ id }) => id),
      ['1', '2', '3'],
    );
    assert.equal(new URL(sent[1]?.url ?? '').searchParams.get('after_token'), 'abc');
  });

  it('that contradicts itself is no list', async () => {
    const contradictions = {
      'a page is missing': [page([1, 2], 3)],
      'it counts fewer than it names': [page([1, 2], 1)],
      'it counts and names nothing': [page([], 2)],
      'it shrank while it was read': [page([1, 2], 3, 'abc'), page([], 2)],
      'a machine came twice': [page([1, 2], 3, 'abc'), page([2], 3)],
      'its pages lead back': [page([1], 3, 'abc'), page([2], 3, 'abc')],
      'its pages lead nowhere': [page([1], 3, 'abc'), page([], 3, 'def')],
      'a later page fails': [page([1], 3, 'abc'), reply(500, '')],
    };
    for (const [why, replies] of Object.entries(contradictions))
      await assert.rejects(answering(...replies).provider.listMachines(unending), failed('blind'), why);
  });
});

describe('a machine', () => {
  it('is in the state that the provider means', async () => {
    const off = { cur_state: 'stopped', next_state: 'stopped', intended_status: 'stopped' };
    for (const [wire, state] of [
      [{ actual_status: null }, 'loading'],
      [{ actual_status: 'created' }, 'loading'],
      [{ actual_status: 'loading' }, 'loading'],
      [{ actual_status: 'rebooting' }, 'loading'],
      [{}, 'running'],
      [{ actual_status: 'exited' }, 'stopped'],
      [{ actual_status: 'stopped', ...off }, 'stopped'],
      [{ actual_status: 'offline' }, 'offline'],
      [{ actual_status: 'unknown' }, 'unknown'],
      [{ actual_status: 'a new word' }, 'unknown'],
      [{ actual_status: null, ...off }, 'failed'],
      [{ actual_status: 'created', ...off }, 'failed'],
      [{ actual_status: 'loading', status_msg: 'x: OCI runtime create failed: y' }, 'failed'],
    ] as const)
      assert.equal(await stateOf(wire), state, JSON.stringify(wire));
  });

  it('is reached directly first, by the proxy second, and one port higher behind a notebook', async () => {
    const proxy = { ssh_host: 'ssh5.vast.ai', ssh_port: 10_022, public_ipaddr: '203.0.113.9 ' };
    const ports = { '22/tcp': [{ HostIp: '0.0.0.0', HostPort: '40123' }], '8080/tcp': null };
    const addressesOf = async (more: Readonly<Record<string, unknown>>) =>
      (await answering(reply(200, { instances: wireMachine(more) })).provider.findMachine('5', unending))
        ?.sshAddresses;
    assert.deepEqual(await addressesOf({ ...proxy, ports }), [
      { host: '203.0.113.9', port: 40_123 },
      { host: 'ssh5.vast.ai', port: 10_022 },
    ]);
    assert.deepEqual(await addressesOf({ ...proxy, image_runtype: 'jupyter_direc ssh_proxy' }), [
      { host: 'ssh5.vast.ai', port: 10_023 },
    ]);
    assert.deepEqual(await addressesOf({}), []);
  });

  it('that is gone already is destroyed', async () => {
    const { provider } = answering(reply(404, { success: false, error: 'no_such_instance', msg: 'x' }));
    await provider.destroyMachines(['5'], unending);
    const wrongKey = answering(reply(404, { success: false, error: 'auth_error', msg: 'Invalid user key' }));
    await assert.rejects(wrongKey.provider.destroyMachines(['5'], unending), failed('auth'));
  });

  it('is gone by the positive answer that there is none, not by an error', async () => {
    assert.equal(
      await answering(reply(200, { instances: null })).provider.findMachine('5', unending),
      undefined,
    );
    const notFound = answering(reply(404, { success: false, error: 'no_such_instance', msg: 'x' }));
    assert.equal(await notFound.provider.findMachine('5', unending), undefined);
    for (const status of [429, 500, 401, 404])
      await assert.rejects(answering(reply(status, {})).provider.findMachine('5', unending), ProviderError);
  });

  it('sends its log by another address, which does not see the key', async () => {
    const { provider, sent } = answering(
      reply(200, { success: true, result_url: 'https://store.example/log' }),
      reply(200, 'line\n'),
    );
    assert.equal(await provider.readLogs('5', 100, unending), 'line\n');
    assert.deepEqual(sent[1]?.headers, {});
  });
});
