import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMercadoPagoBed, type MercadoPagoBed } from '../../test/mercado-pago-bed.ts';
import { createOrder, createOrderId } from '../../test/mercado-pago-orders.ts';

const browse = (bed: MercadoPagoBed, path: string, form?: Readonly<Record<string, string>>) =>
  fetch(`${bed.url()}${path}`, {
    redirect: 'manual',
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });

test('a payer sees what is to be paid, in Portuguese, and pays or refuses', async () => {
  await using bed = await openMercadoPagoBed();
  const id = await createOrderId(bed);
  const shown = await (await browse(bed, `/pagar/${id}`)).text();
  assert.match(shown, /lang="pt-BR"/);
  assert.match(shown, /R\$\u00a030,00/);
  assert.match(shown, /2 × X-Salada/);
  assert.match(shown, /<button>Pagar<\/button>.*Recusar/);
  const paid = await browse(bed, `/pagar/${id}/aprovar`, {});
  assert.equal(paid.status, 303);
  assert.equal(paid.headers.get('location'), `/pagar/${id}`);
  const after = await (await browse(bed, `/pagar/${id}`)).text();
  assert.match(after, /Pagamento aprovado/);
  assert.doesNotMatch(after, /<button/);
  assert.equal((await bed.receiver.next()).body['action'], 'order.processed');

  const refused = await createOrderId(bed, 'pay-2');
  await browse(bed, `/pagar/${refused}/recusar`, {});
  assert.match(await (await browse(bed, `/pagar/${refused}`)).text(), /Pagamento recusado/);
});

test('looking at a payment does not make it, and an order cannot write into the page', async () => {
  await using bed = await openMercadoPagoBed();
  const { body } = await createOrder(bed, { description: '<script>alert(1)</script>' });
  const id = String(body['id']);
  assert.equal((await browse(bed, `/pagar/${id}/aprovar`)).status, 404);
  const answer = await browse(bed, `/pagar/${id}`);
  assert.doesNotMatch(await answer.text(), /<script>/);
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.equal((await browse(bed, '/pagar/none')).status, 404);
});

test('a payer who pastes the text of a code comes to its order', async () => {
  await using bed = await openMercadoPagoBed();
  const { body } = await createOrder(bed);
  const { qr_data: codigo } = body['type_response'] as { qr_data: string };
  assert.match(await (await browse(bed, '/pagar')).text(), /Cole o código/);
  const found = await browse(bed, '/pagar', { codigo });
  assert.equal(found.headers.get('location'), `/pagar/${String(body['id'])}`);
  assert.equal((await browse(bed, '/pagar', { codigo: '0002' })).status, 404);
});
