import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { openShop, startService, waitFor, type Shop } from '../../../testing/shop.ts';
import type { Claims } from '../../../testing/gateway.ts';

interface Message {
  tipo: 'quadro' | 'mudancas';
  sequencia: number;
  pedidos: { id?: string; numero: number; status: string }[];
}

let shop: Shop;
let burger: string;

before(async () => {
  shop = await openShop();
  burger = await shop.addProduct('X-Tudo', '30.00');
});
after(() => shop[Symbol.asyncDispose]());

const watch = async (path: string, claims: Claims, url = shop.service.url) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, {
    headers: { 'x-gateway-identity': await shop.gateway.assert(claims) },
  });
  const messages: Message[] = [];
  const raw: string[] = [];
  socket.on('message', (data: Buffer) => {
    raw.push(data.toString());
    messages.push(JSON.parse(data.toString()) as Message);
  });
  await once(socket, 'open');
  return {
    messages,
    raw,
    /** What a watcher knows of a number now. */
    stateOf: (number: number) =>
      messages.flatMap(({ pedidos }) => pedidos).findLast(({ numero }) => numero === number)?.status,
    sees: (number: number, status: string) =>
      waitFor(
        `${number} to be ${status} on ${path}`,
        async () =>
          messages.flatMap(({ pedidos }) => pedidos).findLast(({ numero }) => numero === number)?.status ===
          status,
      ),
    socket,
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
};
const cook: Claims = { kind: 'user', sub: '0199d5c8-6a10-7c3e-9d5e-0b6f5a4f1c21', roles: ['kitchen'] };
const stranger: Claims = { kind: 'anonymous' };

const placePaid = async () => {
  const { body } = await shop.guest<{ id: string; numero: number; token: string }>('POST', '/pedidos', {
    itens: [{ produto_id: burger, quantidade: 1, observacao: 'para a mesa do João' }],
  });
  const pass = { 'x-token-pedido': body.token };
  const charge = await shop.guest<{ external_payment_id: string }>(
    'POST',
    `/pedidos/${body.id}/checkout`,
    {},
    pass,
  );
  shop.desk.settle(charge.body.external_payment_id, 'approved');
  await shop.notify(charge.body.external_payment_id);
  return body;
};
const move = (id: string, status: string) => shop.manager('PATCH', `/pedidos/${id}/status`, { status });

test('both boards follow an order live, and the public one shows numbers and states only', async () => {
  await using kitchen = await watch('/quadros/cozinha', cook);
  await using pickup = await watch('/quadros/retirada', stranger);
  const order = await placePaid();
  for (const board of [kitchen, pickup]) await board.sees(order.numero, 'RECEBIDO');
  await move(order.id, 'EM_PREPARACAO');
  await move(order.id, 'PRONTO');
  for (const board of [kitchen, pickup]) await board.sees(order.numero, 'PRONTO');
  await move(order.id, 'FINALIZADO');
  for (const board of [kitchen, pickup]) await board.sees(order.numero, 'FINALIZADO');
  assert.ok(!pickup.raw.join('').includes(order.id) && !pickup.raw.join('').includes('João'));
  assert.deepEqual(Object.keys(pickup.messages.at(-1)?.pedidos[0] ?? {}), [
    'numero',
    'status',
    'status_descricao',
  ]);
});

test('a watcher that was away resumes where it was, on another replica as well', async () => {
  await using first = await watch('/quadros/cozinha', cook);
  const order = await placePaid();
  await first.sees(order.numero, 'RECEBIDO');
  const { sequencia } = first.messages.at(-1) ?? { sequencia: -1 };
  await move(order.id, 'EM_PREPARACAO');
  await using other = await startService(shop);
  await using resumed = await watch(`/quadros/cozinha?desde=${sequencia}`, cook, other.url);
  await resumed.sees(order.numero, 'EM_PREPARACAO');
  assert.equal(resumed.messages[0]?.tipo, 'mudancas');
  await move(order.id, 'PRONTO');
  await resumed.sees(order.numero, 'PRONTO');
  await using lost = await watch('/quadros/cozinha?desde=999999', cook, other.url);
  await lost.sees(order.numero, 'PRONTO');
  assert.equal(lost.messages[0]?.tipo, 'quadro');
});

test('the kitchen’s board is for staff', async () => {
  for (const [path, claims, status] of [
    ['/quadros/cozinha', stranger, 403],
    ['/quadros/cozinha', { ...cook, roles: ['viewer'] }, 403],
    ['/quadros/retirada?desde=x', stranger, 400],
  ] as const) {
    const socket = new WebSocket(`${shop.service.url.replace('http', 'ws')}${path}`, {
      headers: { 'x-gateway-identity': await shop.gateway.assert(claims) },
    });
    const [error] = (await once(socket, 'error')) as [Error];
    assert.match(error.message, new RegExp(`${status}`), path);
  }
});

test('a watcher that reads nothing holds nobody up, and sees the present when it reads again', async () => {
  await using slow = await watch('/quadros/cozinha', cook);
  await using quick = await watch('/quadros/cozinha', cook);
  slow.socket.pause();
  const order = await placePaid();
  await quick.sees(order.numero, 'RECEBIDO');
  await move(order.id, 'EM_PREPARACAO');
  await quick.sees(order.numero, 'EM_PREPARACAO');
  slow.socket.resume();
  await slow.sees(order.numero, 'EM_PREPARACAO');
});
