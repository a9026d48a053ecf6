import type { ServedRequest } from '../serve.ts';
import type { Answer } from './answer.ts';
import { qrData } from './emv.ts';
import type { Order, OrderStatus } from './order.ts';
import type { Provider } from './provider.ts';

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });

const style = `body{font:18px/1.5 system-ui,sans-serif;max-width:26rem;margin:0 auto;padding:1.5rem;color:#222;background:#fff}
h1{font-size:1.2rem}.valor{font-size:2.2rem;font-weight:600;margin:.5rem 0}
button{font:inherit;width:100%;min-height:3.5rem;margin-top:.75rem;border-radius:.5rem;border:1px solid #0a5;background:#0a5;color:#fff}
button.recusar{background:#fff;color:#a11;border-color:#a11}textarea{font:inherit;width:100%;box-sizing:border-box}
small{color:#555}`;

const page = (status: number, title: string, body: string): Answer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  },
  body: `<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${body}<p><small>Carteira simulada: nenhum dinheiro é movimentado.</small></p></main></body></html>`,
});

const seeOther = (location: string): Answer => ({ status: 303, headers: { location }, body: '' });

const words: Readonly<Record<OrderStatus, string>> = {
  created: 'Aguardando pagamento',
  processed: 'Pagamento aprovado',
  failed: 'Pagamento recusado',
  canceled: 'Cobrança cancelada',
  expired: 'Cobrança expirada',
  refunded: 'Pagamento devolvido',
};

const buttons = ({ id }: Order): string =>
  `<form method="post" action="/pagar/${id}/aprovar"><button>Pagar</button></form><form method="post" action="/pagar/${id}/recusar"><button class="recusar">Recusar</button></form>`;

const orderPage = (order: Order, { account }: Provider): Answer => {
  const items = order.items
    .map(({ title, quantity }) => `<li>${escape(String(quantity))} × ${escape(String(title))}</li>`)
    .join('');
  const refused =
    order.status === 'created' && order.attempts.length > 0 ? '<p>O último pagamento foi recusado.</p>' : '';
  const end =
    order.status === 'created' ? buttons(order) : `<p role="status"><b>${words[order.status]}</b></p>`;
  return page(
    200,
    `Pagar a ${account.name}`,
    `<p>${escape(order.description ?? '')}</p><p class="valor">${escape(reais.format(order.totalCents / 100))}</p><ul>${items}</ul>${refused}${end}`,
  );
};

const pasteForm = (complaint = ''): string =>
  `${complaint}<form method="post" action="/pagar"><label for="codigo">Cole o código do QR</label><textarea id="codigo" name="codigo" rows="5" required></textarea><button>Continuar</button></form>`;

/** `/pagar`: what a payer's phone would show. Whoever knows an order, or its code, may pay it. */
export const handlePayer = (request: ServedRequest, path: string, provider: Provider): Answer => {
  const [, , id, deed] = path.split('/');
  const { store, account } = provider;
  provider.expireDue();
  if (id === undefined) {
    if (request.method !== 'POST') return page(200, 'Pagar com QR', pasteForm());
    const code = new URLSearchParams(request.body).get('codigo')?.trim();
    const named = store.openOrders().find(({ qrId }) => qrData(qrId, account) === code);
    if (named !== undefined) return seeOther(`/pagar/${named.id}`);
    return page(
      404,
      'Pagar com QR',
      pasteForm('<p role="alert">Nenhuma cobrança aberta tem este código.</p>'),
    );
  }
  const order = store.orders.get(id);
  if (order === undefined) return page(404, 'Cobrança não encontrada', '');
  if (deed === undefined) return orderPage(order, provider);
  if (request.method !== 'POST' || (deed !== 'aprovar' && deed !== 'recusar'))
    return page(404, 'Página não encontrada', '');
  provider.pay(id, deed === 'aprovar');
  return seeOther(`/pagar/${id}`);
};
