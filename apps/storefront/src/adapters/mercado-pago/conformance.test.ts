import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, openMercadoPagoBed, type Received } from '@dumont/simulator/mercado-pago-bed';
import {
  NotificationRefused,
  ProviderRefused,
  ProviderUnavailable,
  type ChargeRequest,
} from '../../application/payment-provider.ts';
import { createMercadoPago, type MercadoPagoOptions } from './mercado-pago.ts';

const path = '/v1/orders';
const paymentId = '0b9f6a52-3c0f-4c7e-9a25-0d2b7d2f6a11';

const openBed = async (options: Partial<MercadoPagoOptions> = {}) => {
  const bed = await openMercadoPagoBed();
  const logged: object[] = [];
  const provider = createMercadoPago({
    url: bed.url(),
    accessToken: account.accessToken,
    webhookSecret: account.webhookSecret,
    userId: account.userId,
    posId: account.posIds[0] ?? '',
    clock: bed.clock,
    log: { warn: (fields) => void logged.push(fields) },
    ...options,
  });
  return {
    ...bed,
    provider,
    logged,
    charge: (changes: Partial<ChargeRequest> = {}): ChargeRequest => ({
      paymentId,
      title: 'Pedido 12',
      totalCents: 3190,
      items: [
        { title: 'X-Salada', unitCents: 1295, quantity: 2 },
        { title: 'Suco', unitCents: 600, quantity: 1 },
      ],
      expiresAt: new Date(bed.clock.now().getTime() + 600_000),
      ...changes,
    }),
    /** The next notification as the webhook hands it to the adapter. */
    notified: async () => provider.readNotification(await bed.receiver.next(), bed.clock.now()),
  };
};

test('a charge has a code to be scanned, and its price', async () => {
  await using bed = await openBed();
  const { externalId, qrData } = await bed.provider.createCharge(bed.charge());
  assert.match(qrData, /^000201.*6304[0-9A-F]{4}$/);
  const state = { status: 'pending', paymentId, totalCents: 3190 } as const;
  assert.deepEqual(await bed.provider.findCharge(externalId), state);
  assert.deepEqual(await bed.provider.findChargeOf(paymentId), { ...state, externalId });
});

test('the same payment twice is the same charge, at once, later, and after it was paid', async () => {
  await using bed = await openBed();
  const charge = bed.charge();
  const first = await bed.provider.createCharge(charge);
  assert.deepEqual(await bed.provider.createCharge(charge), first);
  bed.advance(7);
  assert.deepEqual(await bed.provider.createCharge(charge), first);
  bed.pay(first.externalId);
  assert.deepEqual(await bed.provider.createCharge(charge), first);
  // The same payment at another price is no charge that anyone asked for.
  await assert.rejects(
    bed.provider.createCharge(bed.charge({ totalCents: 3191, items: [] })),
    ProviderUnavailable,
  );
});

test('what becomes of a charge is told as it is', async () => {
  await using bed = await openBed();
  const made = async (reference: string) =>
    (await bed.provider.createCharge(bed.charge({ paymentId: reference }))).externalId;
  const statusOf = async (externalId: string) => (await bed.provider.findCharge(externalId))?.status;
  const [paid, refused, cancelled, refunded, expired] = [
    await made('paid'),
    await made('refused'),
    await made('cancelled'),
    await made('refunded'),
    await made('expired'),
  ];
  bed.pay(paid);
  bed.pay(refused, false);
  await bed.provider.cancelCharge(cancelled);
  bed.pay(refunded);
  await bed.provider.refundCharge(refunded);
  bed.advance(600);
  assert.equal(await statusOf(paid), 'approved');
  assert.equal(await statusOf(refused), 'refused');
  assert.equal(await statusOf(cancelled), 'cancelled');
  assert.equal(await statusOf(refunded), 'refunded');
  assert.equal(await statusOf(expired), 'expired');
  assert.deepEqual(bed.logged, []);
});

test('a charge that nobody made is not found', async () => {
  await using bed = await openBed();
  assert.equal(await bed.provider.findCharge(`ORD${'0'.repeat(26)}`), undefined);
  assert.equal(await bed.provider.findCharge('../../v1/orders'), undefined);
  assert.equal(await bed.provider.findChargeOf(paymentId), undefined);
});

test('long lists and long names are charged all the same', async () => {
  await using bed = await openBed();
  const items = Array.from({ length: 40 }, (_, index) => ({
    title: `${index} ${'ã'.repeat(200)}`,
    unitCents: 100,
    quantity: 1,
  }));
  const title = '🍔'.repeat(120);
  const long = bed.charge({ paymentId: 'long', title, totalCents: 4000, items });
  assert.match((await bed.provider.createCharge(long)).qrData, /^000201/);
  const discounted = bed.charge({ paymentId: 'discounted', totalCents: 3000 });
  const { externalId } = await bed.provider.createCharge(discounted);
  assert.equal((await bed.provider.findCharge(externalId))?.totalCents, 3000);
  // Lines that do not add up to the price are not what is paid.
  const { body } = await bed.call('GET', `${path}/${externalId}`);
  assert.deepEqual(body['items'], [
    { title: 'Pedido 12', unit_price: '30.00', quantity: 1, unit_measure: 'unit' },
  ]);
});

test('what can be no charge is refused before it is asked for', async () => {
  await using bed = await openBed();
  const over = { expiresAt: bed.clock.now() };
  for (const changes of [over, { totalCents: 0 }, { totalCents: 0.5 }, { paymentId: 'a b' }])
    await assert.rejects(bed.provider.createCharge(bed.charge(changes)), ProviderRefused);
  const { orders } = (await bed.control('GET', 'orders')).body as { orders: readonly unknown[] };
  assert.equal(orders.length, 0);
});

test('a refusal of the provider comes with its words', async () => {
  await using bed = await openBed({ posId: 'OTHER' });
  await assert.rejects(bed.provider.createCharge(bed.charge()), (error) => {
    assert.ok(error instanceof ProviderRefused);
    assert.match(error.message, /pos_not_found/);
    return true;
  });
});

test('a charge whose reply was lost is found by its payment, and made only once', async () => {
  await using bed = await openBed();
  const charge = bed.charge();
  bed.faults().add({ name: 'lost-reply', times: 1, method: 'POST' });
  await assert.rejects(bed.provider.createCharge(charge), ProviderUnavailable);
  const found = await bed.provider.findChargeOf(paymentId);
  assert.equal(found?.status, 'pending');
  bed.advance(3);
  assert.equal((await bed.provider.createCharge(charge)).externalId, found.externalId);
  const { orders } = (await bed.control('GET', 'orders')).body as { orders: readonly unknown[] };
  assert.equal(orders.length, 1);
});

test('too many requests, a broken provider and lost replies are: ask again later', async () => {
  await using bed = await openBed();
  const { externalId } = await bed.provider.createCharge(bed.charge());
  for (const name of ['too-many-requests', 'server-error', 'lost-reply'] as const) {
    const calls = [
      () => bed.provider.createCharge(bed.charge()),
      () => bed.provider.findCharge(externalId),
      () => bed.provider.findChargeOf(paymentId),
      () => bed.provider.cancelCharge(externalId),
      () => bed.provider.refundCharge(externalId),
    ];
    for (const call of calls) {
      bed.faults().add({ name, times: 1, path });
      await assert.rejects(call, ProviderUnavailable, `${name} ${String(call)}`);
    }
  }
});

test('a provider that is not there is: ask again later', async () => {
  const { provider } = await (async () => {
    await using bed = await openBed();
    return bed;
  })();
  await assert.rejects(provider.findChargeOf(paymentId), (error) => {
    assert.ok(error instanceof ProviderUnavailable);
    assert.match(error.message, /ECONNREFUSED/);
    return true;
  });
});

test('an answer that does not come in time is not waited for', async () => {
  await using bed = await openBed({ timeoutMs: 50 });
  bed.faults().add({ name: 'slow', times: 1 });
  await assert.rejects(bed.provider.findCharge(`ORD${'0'.repeat(26)}`), /TimeoutError/);
});

test('a token that is not taken is: ask again later, and it is not told', async () => {
  await using bed = await openBed({ accessToken: 'APP_USR-secret-of-another' });
  await assert.rejects(bed.provider.createCharge(bed.charge()), (error) => {
    assert.ok(error instanceof ProviderUnavailable);
    assert.match(error.message, /HTTP 401/);
    assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.cause]), /secret-of-another/);
    return true;
  });
});

test('an old answer delays what is known, and never makes a second charge', async () => {
  await using bed = await openBed();
  const charge = bed.charge();
  const { externalId } = await bed.provider.createCharge(charge);
  bed.faults().add({ name: 'stale-read', times: 1 });
  assert.equal(await bed.provider.findCharge(externalId), undefined);
  bed.pay(externalId);
  bed.faults().add({ name: 'stale-read', times: 1 });
  assert.equal((await bed.provider.findCharge(externalId))?.status, 'pending');
  assert.equal((await bed.provider.findCharge(externalId))?.status, 'approved');

  const other = bed.charge({ paymentId: 'other' });
  bed.faults().add({ name: 'lost-reply', times: 1, method: 'POST' });
  await assert.rejects(bed.provider.createCharge(other), ProviderUnavailable);
  bed.advance(1);
  bed.faults().add({ name: 'stale-read', times: 1 });
  await assert.rejects(bed.provider.createCharge(other), /does not find it yet/);
  const found = await bed.provider.createCharge(other);
  assert.equal((await bed.provider.findChargeOf('other'))?.externalId, found.externalId);
});

test('a charge is cancelled once and for all, however often it is asked for, but not when it is paid', async () => {
  await using bed = await openBed();
  const made = async (reference: string) =>
    (await bed.provider.createCharge(bed.charge({ paymentId: reference }))).externalId;
  const [one, expired] = [await made('a'), await made('b')];
  await bed.provider.cancelCharge(one);
  await bed.provider.cancelCharge(one);
  bed.advance(86_401);
  // The key has lapsed: the provider says that it was cancelled already.
  await bed.provider.cancelCharge(one);
  await bed.provider.cancelCharge(expired);

  const again = await made('c');
  bed.faults().add({ name: 'lost-reply', times: 1, path: `${path}/${again}/cancel` });
  await assert.rejects(bed.provider.cancelCharge(again), ProviderUnavailable);
  await bed.provider.cancelCharge(again);
  assert.equal((await bed.provider.findCharge(again))?.status, 'cancelled');

  const late = await made('d');
  bed.pay(late);
  bed.faults().add({ name: 'stale-read', times: 1 });
  await assert.rejects(bed.provider.cancelCharge(late), ProviderUnavailable);
  await assert.rejects(bed.provider.cancelCharge(late), ProviderRefused);
  await assert.rejects(bed.provider.cancelCharge(`ORD${'0'.repeat(26)}`), ProviderRefused);
});

test('a charge is given back once and for all, however often it is asked for, but not when it was not paid', async () => {
  await using bed = await openBed();
  const { externalId } = await bed.provider.createCharge(bed.charge());
  await assert.rejects(bed.provider.refundCharge(externalId), ProviderRefused);
  bed.pay(externalId);
  bed.faults().add({ name: 'lost-reply', times: 1, path: `${path}/${externalId}/refund` });
  await assert.rejects(bed.provider.refundCharge(externalId), ProviderUnavailable);
  await bed.provider.refundCharge(externalId);
  bed.advance(86_401);
  bed.faults().add({ name: 'stale-read', times: 1 });
  await bed.provider.refundCharge(externalId);
  bed.faults().clear();
  const { orders } = (await bed.control('GET', 'orders')).body as {
    orders: readonly { refunds: readonly { cents: number }[] }[];
  };
  assert.deepEqual(
    orders[0]?.refunds.map(({ cents }) => cents),
    [3190],
  );
});

test('notifications say whose charge to ask for, however late, often or out of order they come', async () => {
  await using bed = await openBed();
  const made = async (reference: string) =>
    (await bed.provider.createCharge(bed.charge({ paymentId: reference }))).externalId;
  const faults = bed.faults();

  const plain = await made('plain');
  bed.pay(plain);
  assert.deepEqual(await bed.notified(), { externalId: plain });

  const refused = await made('refused');
  bed.pay(refused, false);
  assert.deepEqual(await bed.notified(), { externalId: refused });

  const late = await made('late');
  faults.add({ name: 'late', times: 1, delayMs: 3_600_000 });
  bed.pay(late);
  bed.advance(3600);
  assert.deepEqual(await bed.notified(), { externalId: late });

  const double = await made('double');
  faults.add({ name: 'double', times: 1 });
  bed.pay(double);
  assert.deepEqual(
    [await bed.notified(), await bed.notified()],
    [{ externalId: double }, { externalId: double }],
  );

  const turned = await made('turned');
  faults.add({ name: 'out-of-order', times: 1 });
  bed.pay(turned);
  await bed.provider.refundCharge(turned);
  assert.deepEqual(await bed.notified(), { externalId: turned });
  bed.advance(1);
  // The news of the payment comes after that of its refund, and what is asked then is the truth.
  assert.deepEqual(await bed.notified(), { externalId: turned });
  assert.equal((await bed.provider.findCharge(turned))?.status, 'refunded');

  const silent = await made('silent');
  faults.add({ name: 'never-notified', times: 1 });
  bed.pay(silent);
  assert.equal((await bed.provider.findCharge(silent))?.status, 'approved');
  assert.equal(bed.receiver.left(), 0);

  const forged = await made('forged');
  faults.add({ name: 'forged', times: 1 });
  bed.pay(forged);
  await assert.rejects(bed.notified(), NotificationRefused);
});

test('a notification that was changed, is old, or is none is refused', async () => {
  await using bed = await openBed();
  const one = await bed.provider.createCharge(bed.charge());
  const other = await bed.provider.createCharge(bed.charge({ paymentId: 'other' }));
  bed.pay(one.externalId);
  const received = await bed.receiver.next();
  const now = bed.clock.now();
  const read = (changes: Partial<Record<keyof Received, object>>, at = now) =>
    bed.provider.readNotification({ ...received, ...changes } as Received, at);
  const { headers, query, body } = received;
  assert.deepEqual(read({}), { externalId: one.externalId });
  assert.deepEqual(read({ query: { ...query, 'data.id': one.externalId.toLowerCase() } }), {
    externalId: one.externalId,
  });
  const signature = headers['x-signature'] ?? '';
  const changed: Partial<Record<keyof Received, object>>[] = [
    { query: { ...query, 'data.id': other.externalId } },
    { query: { type: 'order' } },
    { query: { ...query, 'data.id': '12' } },
    { headers: { ...headers, 'x-request-id': 'another' } },
    { headers: { ...headers, 'x-request-id': undefined } },
    { headers: { ...headers, 'x-signature': undefined } },
    { headers: { ...headers, 'x-signature': 'ts=1,v1=00' } },
    { headers: { ...headers, 'x-signature': signature.replace(/ts=\d/, 'ts=9') } },
    { headers: { ...headers, 'x-signature': signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')) } },
    { body: { ...body, type: 'payment' } },
    { body: { ...body, data: { id: other.externalId } } },
    { body: [] },
  ];
  for (const changes of changed)
    assert.throws(() => read(changes), NotificationRefused, JSON.stringify(changes));
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  assert.ok(read({}, at(20 * 60)));
  assert.throws(() => read({}, at(20 * 60 + 1)), NotificationRefused);
  assert.throws(() => read({}, at(-5 * 60 - 1)), NotificationRefused);
});
