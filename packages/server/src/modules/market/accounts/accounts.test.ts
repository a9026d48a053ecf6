import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import {
  apiKey,
  createBed,
  createSimulator,
  holder,
  sendInto,
  simulatorUrl,
  unending,
  type Bed,
  type Replica,
} from '../market-test-kit.ts';
import { ProviderError } from '../providers/provider.ts';
import type { Send } from '../providers/transport.ts';

/** An address of a user, which a simulator answers here. */
const ownUrl = 'https://example.com';

let bed: Bed;
let replica: Replica;
let cloud: ReturnType<typeof createSimulator>['cloud'];
let isDown = false;
let send: Send;
before(async () => {
  bed = await createBed((clock) => {
    const simulator = createSimulator(clock);
    cloud = simulator.cloud;
    const honest = sendInto(simulator.vast);
    send = async (request, signal) => {
      if (isDown) throw new ProviderError('blind', request.call, 'no complete answer within 30 s');
      return honest(request, signal);
    };
    return send;
  });
  replica = await bed.startReplica({
    sendTo: (url) => (url === simulatorUrl || url === ownUrl ? send : undefined),
  });
});
after(async () => {
  await replica[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;
const owner = () => holder(bed.projects.other, ['providers:read', 'providers:write']);
const call: Replica['call'] = (who, operation, input) => bed.passing(replica.call(who, operation, input));
/** Another account of the cloud; answers its key. */
const addCloudAccount = (username: string): string => {
  const { accounts } = cloud.world.state;
  const [first] = accounts;
  assert.ok(first);
  const key = `key-of-${username}-9876543210`;
  accounts.push({ ...first, id: 900 + accounts.length, username, apiKey: key, sshKeys: [] });
  return key;
};
const create = (name: string, key = addCloudAccount(name)) =>
  call(owner(), 'createProvider', { body: { name, url: ownUrl, apiKey: key } });

it('a key is written and never read back, and lies in the database sealed', async () => {
  const key = addCloudAccount('ours');
  const account = await create('ours', key);
  const listed = await call(owner(), 'listProviders', { query: {} });
  assert.deepEqual(
    listed.items.map(({ name, configured }) => [name, configured]),
    [
      ['Vast', true],
      ['ours', false],
    ],
  );
  assert.ok(!JSON.stringify([account, listed]).includes(key));
  const { rows } = await bed.database.pool.query<{ text: string }>(
    `select encode(api_key, 'escape') as text from app.provider_accounts`,
  );
  assert.equal(rows.length, 2);
  assert.ok(rows.every(({ text }) => !text.includes(key) && !text.includes(apiKey)));
  assert.deepEqual(
    (await replica.market.api.listAccounts(bed.projects.other)).map(({ name }) => name),
    ['Vast', 'ours'],
  );
  assert.deepEqual(
    (await replica.market.api.listAccounts(bed.projects.home)).map(({ name }) => name),
    ['Vast'],
  );
  const tested = await call(owner(), 'testProvider', { params: { id: account.id } });
  assert.ok(tested.ok && tested.account?.name === 'ours' && tested.account.balanceUsd > 0);
});

it('a key that the provider refuses is not saved; while it does not answer, one is saved unseen', async () => {
  await assert.rejects(create('wrong', 'nonsense'), coded('provider.key_refused'));
  isDown = true;
  const unseen = await create('unseen', 'nonsense');
  isDown = false;
  const tested = await call(owner(), 'testProvider', { params: { id: unseen.id } });
  assert.equal(tested.ok, false);
  assert.match(tested.explanation, /Invalid user key/);
  await call(owner(), 'deleteProvider', { params: { id: unseen.id } }).catch(() => undefined);
});

it('names are unique in a project, and addresses of this host are refused', async () => {
  await assert.rejects(create('ours', addCloudAccount('new')), coded('provider.name_taken'));
  for (const url of ['http://127.0.0.1:8767', 'http://169.254.169.254', 'http://localhost'])
    await assert.rejects(
      call(owner(), 'createProvider', { body: { name: 'inner', url, apiKey } }),
      coded('outbound.refused'),
      url,
    );
});

it('a key of another account of the provider is not taken for a new key of this one', async () => {
  const account = await create('changing');
  const present = cloud.world.state.accounts.find(({ username }) => username === 'changing')?.apiKey ?? '';
  const change = (key: string) =>
    call(owner(), 'updateProvider', { params: { id: account.id }, body: { apiKey: key } });
  await assert.rejects(change(addCloudAccount('elsewhere')), coded('provider.other_account'));
  await assert.rejects(change('nonsense'), coded('provider.key_refused'));
  await change(present);
  const renamed = await call(owner(), 'updateProvider', {
    params: { id: account.id },
    body: { name: 'renamed' },
  });
  assert.equal(renamed.name, 'renamed');
});

it('one account of the provider is registered once: two rows of it would break its limits', async () => {
  const key = addCloudAccount('once');
  await create('once', key);
  await assert.rejects(create('twice', key), coded('provider.duplicate'));
  // Nobody could say whose the key was when it was saved: the lists of the second do not count.
  isDown = true;
  const unseen = await create('twice, unseen', key);
  isDown = false;
  await assert.rejects(
    bed.passing(replica.market.api.refreshListing(unseen.id, unending)),
    /registered here already/,
  );
});

it('machines are not lost from sight when the configured key becomes one of another account: we are blind', async () => {
  const id = await bed.accountId();
  await bed.passing(replica.market.api.refreshListing(id, unending));
  await using other = await bed.startReplica({
    configuredAccount: { name: 'Vast', kind: 'vast', url: simulatorUrl, apiKey: addCloudAccount('mistaken') },
    worker: false,
  });
  await assert.rejects(bed.passing(other.market.api.refreshListing(id, unending)), /another account/);
  await using back = await bed.startReplica({ worker: false });
  const listing = await bed.passing(back.market.api.refreshListing(id, unending));
  assert.equal(listing.blindSince, null);
});

it('an account is forgotten only when it has no machines of ours, and the one of the configuration never', async () => {
  const account = await create('in use');
  const provider = await replica.market.api.open(account.id);
  const ask = cloud.asks().find(({ isRentable }) => isRentable);
  const [result] = await bed.passing(
    provider.createMachines(
      [
        {
          offerId: String(ask?.id),
          label: `dumont/${replica.market.api.installationId}/x`,
          image: 'x',
          diskGb: 20,
          ports: [],
          environment: {},
          onStart: '',
        },
      ],
      unending,
    ),
  );
  const remove = (id: string) => call(owner(), 'deleteProvider', { params: { id } });
  await assert.rejects(remove(account.id), coded('provider.in_use'));
  await bed.passing(provider.destroyMachines([result?.machineId ?? ''], unending));
  await bed.passing(bed.clock.sleep(60_000));
  await bed.passing(replica.market.api.refreshListing(account.id, unending));
  await remove(account.id);
  await assert.rejects(remove(account.id), coded('provider.not_found'));
  const configuredId = await bed.accountId();
  await assert.rejects(remove(configuredId), coded('access.forbidden'));
  await assert.rejects(
    call(holder(bed.projects.home, ['*']), 'deleteProvider', { params: { id: configuredId } }),
    coded('provider.configured'),
  );
});
