import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import {
  anyOffer,
  createBed,
  createSimulator,
  holder,
  reply,
  sendInto,
  simulatorUrl,
  unending,
  type Bed,
  type Replica,
} from '../market-test-kit.ts';
import type { ProviderResponse } from '../providers/transport.ts';

let bed: Bed;
let replica: Replica;
let searches = 0;
let lie: ProviderResponse | undefined;
before(async () => {
  bed = await createBed((clock) => {
    const honest = sendInto(createSimulator(clock, { hasLimits: true }).vast);
    return async (request, signal) => {
      if (request.call === 'search') searches += 1;
      return lie ?? honest(request, signal);
    };
  });
  replica = await bed.startReplica({ worker: false });
});
after(async () => {
  await replica[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;
const rankOffers = (projectId = bed.projects.home, query = anyOffer) =>
  bed.passing(replica.market.api.rankOffers(projectId, query, unending));

it('offers are ranked over the accounts of a project, best first', async () => {
  const ranked = await rankOffers();
  assert.ok(ranked.length > 50);
  assert.ok(ranked.every(({ score }, index) => score <= (ranked[index - 1]?.score ?? Infinity)));
  const [account] = await replica.market.api.listAccounts(bed.projects.other);
  assert.equal(account?.id, ranked[0]?.accountId, 'the account of the installation serves every project');
  assert.equal(ranked[0]?.host.attempts, 0);
});

it('the same question within five seconds is asked once, by however many', async () => {
  await bed.passing(bed.clock.sleep(60_000));
  const before = searches;
  const query = { ...anyOffer, gpuName: 'RTX 4090' };
  const { api } = replica.market;
  await bed.passing(
    Promise.all(Array.from({ length: 10 }, () => api.rankOffers(bed.projects.home, query, unending))),
  );
  await rankOffers(bed.projects.other, query);
  assert.equal(searches - before, 1);
  await bed.passing(bed.clock.sleep(6000));
  await rankOffers(bed.projects.home, query);
  assert.equal(searches - before, 2);
});

it('a question that everybody has left is not asked, and takes no moment from the others', async () => {
  await bed.passing(bed.clock.sleep(60_000));
  await rankOffers(bed.projects.home, { ...anyOffer, gpuCount: 2 });
  const before = searches;
  const abort = new AbortController();
  const left = [3, 4, 5, 6].map((gpuCount) =>
    assert.rejects(
      replica.market.api.rankOffers(bed.projects.home, { ...anyOffer, gpuCount }, abort.signal),
      /enough/,
    ),
  );
  await bed.passing(bed.clock.sleep(100));
  abort.abort(new Error('enough'));
  await Promise.all(left);
  const startedMs = bed.clock.elapsedMs();
  await rankOffers(bed.projects.home, { ...anyOffer, gpuCount: 3 });
  assert.equal(searches - before, 1);
  assert.ok(bed.clock.elapsedMs() - startedMs < 15_000, `${bed.clock.elapsedMs() - startedMs} ms`);
});

it('one who gives up does not end the search of the others', async () => {
  await bed.passing(bed.clock.sleep(60_000));
  const abort = new AbortController();
  const query = { ...anyOffer, gpuCount: 1 };
  const given = replica.market.api.rankOffers(bed.projects.home, query, abort.signal);
  const kept = replica.market.api.rankOffers(bed.projects.home, query, unending);
  const refused = assert.rejects(given, /enough/);
  abort.abort(new Error('enough'));
  await refused;
  assert.ok((await bed.passing(kept)).length > 0);
});

it('attempts move a host up or down, and fade; a half-life halves them', async () => {
  const [best] = await rankOffers();
  assert.ok(best);
  const attempt = {
    accountId: best.accountId,
    hostMachineId: best.hostMachineId,
    hostId: best.hostId,
    at: bed.clock.now(),
  };
  const { recordAttempt } = replica.market.api;
  await recordAttempt({ ...attempt, outcome: 'failed', failure: 'ssh_refused', seconds: 90 });
  await recordAttempt({ ...attempt, outcome: 'failed', failure: 'ssh_refused', seconds: 90 });
  await recordAttempt({ ...attempt, outcome: 'failed', failure: 'stuck_loading', seconds: 90 });
  await recordAttempt({ ...attempt, outcome: 'usable', seconds: 31 });
  // Told late, of an attempt of fourteen days ago.
  await recordAttempt({
    ...attempt,
    outcome: 'usable',
    seconds: 61,
    at: new Date(attempt.at.getTime() - 14 * 86_400_000),
  });
  const found = (await rankOffers()).find(({ id }) => id === best.id);
  assert.deepEqual(
    { ...found?.host, usableWeight: found?.host.usableWeight.toFixed(6) },
    {
      attempts: 5,
      usable: 2,
      failures: { ssh_refused: 2, stuck_loading: 1 },
      usableWeight: '1.500000',
      failedWeight: 3,
      readySeconds: 41,
      blacklisted: false,
      blacklistReason: null,
    },
  );
  assert.ok((found?.score ?? 1) < best.score);
  bed.clock.advance(14 * 86_400_000);
  const later = (await rankOffers()).find(({ hostMachineId }) => hostMachineId === best.hostMachineId);
  assert.ok(later);
  assert.equal(later.host.failedWeight.toFixed(6), '1.500000');
  assert.equal(later.host.attempts, 5, 'the history itself does not fade');
  const page = await replica.call(holder(bed.projects.home, ['market:read']), 'listHostAttempts', {
    query: { limit: 2 },
  });
  assert.equal(page.items.length, 2);
  assert.ok(page.nextCursor !== null);
  const elsewhere = await replica.call(holder(bed.projects.other, ['market:read']), 'listHostAttempts', {
    query: {},
  });
  assert.deepEqual(elsewhere.items, [], 'of an account of another project');
});

it('a blacklisted host is never rented from, and is shown with its reason to who looks', async () => {
  const [best] = await rankOffers();
  assert.ok(best);
  const operator = holder(bed.projects.home, ['market:read', 'market:write']);
  const entry = await replica.call(operator, 'addToBlacklist', {
    body: { machineId: best.hostMachineId, reason: 'it lost a disk' },
  });
  assert.ok((await rankOffers()).every(({ hostMachineId }) => hostMachineId !== best.hostMachineId));
  const shown = await bed.passing(
    replica.call(operator, 'listOffers', { query: { min_disk: 20, limit: 1000 } }),
  );
  const marked = shown.offers.filter(({ machine_id }) => machine_id === best.hostMachineId);
  assert.ok(marked.length > 0);
  for (const offer of marked) assert.equal(offer.blacklist_reason, 'it lost a disk');
  assert.equal(shown.offers.at(-1)?.is_blacklisted, true, 'at the end');
  const others = await rankOffers(bed.projects.other);
  assert.ok(others.some(({ hostMachineId }) => hostMachineId === best.hostMachineId));
  await replica.call(operator, 'removeFromBlacklist', { params: { id: entry.id } });
  assert.ok((await rankOffers()).some(({ hostMachineId }) => hostMachineId === best.hostMachineId));
});

it('what went wrong at the provider is said in words that help, and is not kept', async () => {
  const viewer = holder(bed.projects.home, ['market:read']);
  for (const [answer, code] of [
    [reply(500, ''), 'provider.unavailable'],
    [reply(404, { success: false, error: 'auth_error', msg: 'Invalid user key' }), 'provider.key_refused'],
    [reply(429, { detail: 'API requests too frequent' }), 'provider.busy'],
  ] as const) {
    await bed.passing(bed.clock.sleep(600_000));
    lie = answer;
    await assert.rejects(
      bed.passing(replica.call(viewer, 'listOffers', { query: { min_disk: 33 } })),
      coded(code),
    );
  }
  lie = undefined;
  await bed.passing(bed.clock.sleep(600_000));
  const found = await bed.passing(replica.call(viewer, 'listOffers', { query: { min_disk: 33, limit: 3 } }));
  assert.equal(found.count, 3);
});

it('without any account nothing can be rented, and the answer says what to do', async () => {
  await using bare = await createBed(() => () => Promise.reject(new Error('nobody is asked')));
  await using alone = await bare.startReplica({ configuredAccount: undefined, worker: false });
  await assert.rejects(
    alone.market.api.rankOffers(bare.projects.home, anyOffer, unending),
    coded('provider.none'),
  );
  await assert.rejects(alone.market.api.open(bare.random.id()), coded('provider.not_found'));
  assert.deepEqual(await alone.market.api.listAccounts(bare.projects.home), []);
  // The account was configured once, is no longer, and is again.
  const configured = { name: 'Vast', kind: 'vast', url: simulatorUrl, apiKey: 'x' } as const;
  await using first = await bare.startReplica({ configuredAccount: configured, worker: false });
  const [account] = await first.market.api.listAccounts(bare.projects.home);
  await using second = await bare.startReplica({ configuredAccount: undefined, worker: false });
  assert.deepEqual(await second.market.api.listAccounts(bare.projects.home), []);
  assert.equal((await second.market.api.open(account?.id ?? '')).kind, 'vast', 'it is looked after');
  await using third = await bare.startReplica({ configuredAccount: configured, worker: false });
  assert.deepEqual(await third.market.api.listAccounts(bare.projects.other), [account]);
});
