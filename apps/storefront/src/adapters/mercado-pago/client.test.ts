import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ProviderRefused, ProviderUnavailable } from '../../application/payment-provider.ts';
import { createMercadoPago } from './mercado-pago.ts';

const accessToken = 'APP_USR-the-token';
const externalId = 'ORD01K371WBFDS4MD9JG0K8ZMECBE';

const order = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: externalId,
  user_id: '7',
  external_reference: 'pay-1',
  status: 'created',
  currency: 'BRL',
  total_amount: '30.00',
  transactions: { payments: [] },
  type_response: { qr_data: '00020101' },
  ...changes,
});

/** Something at the provider's address that answers as it likes. */
const serve = async (listener: RequestListener) => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const logged: object[] = [];
  return {
    logged,
    provider: createMercadoPago({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      accessToken,
      webhookSecret: 'secret',
      userId: '7',
      posId: 'POS',
      clock: { now: () => new Date('2026-11-20T12:00:00Z') },
      log: { warn: (fields) => void logged.push(fields) },
    }),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const json =
  (status: number, value: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const charge = {
  paymentId: 'pay-1',
  title: 'Pedido',
  totalCents: 3000,
  items: [],
  expiresAt: new Date('2026-11-20T12:10:00Z'),
};

test('an answer that is too long is not read to its end', async () => {
  let sentBytes = 0;
  await using bed = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const part = ' '.repeat(64 * 1024);
    const write = (): void => {
      while (!response.destroyed && response.write(part)) sentBytes += part.length;
    };
    response.on('drain', write);
    write();
  });
  await assert.rejects(bed.provider.findCharge(externalId), /answered too much/);
  assert.ok(sentBytes < 64 * 1024 * 1024);
});

test('a page, an empty answer and a cut one are no answers, and the token does not follow a redirect', async () => {
  const paths: (string | undefined)[] = [];
  const answers: readonly RequestListener[] = [
    (_request, response) => response.writeHead(200).end('<html>'),
    (_request, response) => response.writeHead(204).end(),
    (_request, response) => response.writeHead(404).end('<html>not found</html>'),
    (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    },
  ];
  for (const answer of answers) {
    await using bed = await serve((request, response) => {
      paths.push(request.url);
      answer(request, response);
    });
    await assert.rejects(bed.provider.findCharge(externalId), ProviderUnavailable);
  }
  assert.deepEqual(new Set(paths), new Set([`/v1/orders/${externalId}`]));
});

test('a refusal for now is no refusal, whatever its words', async () => {
  for (const status of [401, 403, 408, 423, 425, 429, 500, 503]) {
    await using bed = await serve(json(status, { errors: [{ code: 'resource_locked', message: 'wait' }] }));
    await assert.rejects(bed.provider.createCharge(charge), ProviderUnavailable, String(status));
  }
});

test('words of the provider are passed on in short, without the token', async () => {
  const message = `bad ${accessToken} ${'x'.repeat(10_000)}`;
  await using bed = await serve(json(400, { errors: [{ code: 'property_value', message }] }));
  await assert.rejects(bed.provider.createCharge(charge), (error) => {
    assert.ok(error instanceof ProviderRefused);
    assert.match(error.message, /^property_value: bad \*{8} x/);
    assert.ok(error.message.length <= 300);
    return true;
  });
});

test('a charge of another price, currency, seller or payment, or without a code, is not handed out', async () => {
  const wrong = [
    { total_amount: '29.99' },
    { currency: 'ARS' },
    { user_id: '8' },
    { external_reference: 'pay-2' },
    { type_response: undefined },
  ];
  for (const changes of wrong) {
    await using bed = await serve(json(201, order(changes)));
    await assert.rejects(bed.provider.createCharge(charge), ProviderUnavailable, JSON.stringify(changes));
  }
  await using right = await serve(json(201, order({ user_id: 7 })));
  assert.deepEqual(await right.provider.createCharge(charge), { externalId, qrData: '00020101' });
});

test('an order of another seller or in another currency is none of ours, and that is reported', async () => {
  for (const changes of [{ currency: 'ARS' }, { user_id: '8' }]) {
    await using bed = await serve(json(200, order(changes)));
    assert.equal(await bed.provider.findCharge(externalId), undefined);
    assert.equal(bed.logged.length, 1);
  }
});

test('of several orders of one payment the paid one counts', async () => {
  const id = (last: string) => externalId.slice(0, -1) + last;
  const paid = {
    status: 'processed',
    status_detail: 'accredited',
    transactions: { payments: [{ status: 'processed', amount: '30.00' }] },
  };
  const orders = [
    order({ id: id('4'), external_reference: 'pay-10', ...paid }),
    order({ id: id('1'), status: 'expired' }),
    order({ id: id('2') }),
    order({ id: id('3'), ...paid }),
  ];
  await using bed = await serve((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const one = orders.find((each) => path.endsWith(each.id));
    json(200, one ?? { data: orders })(request, response);
  });
  assert.deepEqual(await bed.provider.findChargeOf('pay-1'), {
    status: 'approved',
    paymentId: 'pay-1',
    totalCents: 3000,
    externalId: id('3'),
  });
});
