import { useCallback, useEffect, useState } from 'react';
import { ask, saidOf } from '../lib/api.ts';
import { watchBoard } from '../lib/board.ts';
import { repeat } from '../lib/browser.ts';
import { centsOf, formatCents } from '../lib/money.ts';
import type { Order } from '../lib/wire.ts';
import { Failure } from '../ui/failure.tsx';
import { Live } from '../ui/live.tsx';
import { Pay } from './pay.tsx';
import type { Visit } from './visit.ts';

interface OrderPageProps {
  readonly order: NonNullable<Visit['order']>;
  readonly customerToken: string | undefined;
  readonly onLeave: () => void;
}

/** Where nothing tells of a change, it is asked for so often. */
const askEveryMs = 3000;

/** Paying an order, and then following it until it is handed over. */
export const OrderPage = ({ order: { id, token }, customerToken, onLeave }: OrderPageProps) => {
  const [order, setOrder] = useState<Order>();
  const [error, setError] = useState<string>();
  const read = useCallback(async (): Promise<void> => {
    try {
      setOrder(await ask<Order>('GET', `/pedidos/${id}`, { token: customerToken, orderToken: token }));
      setError(undefined);
    } catch (cause) {
      setError(saidOf(cause));
    }
  }, [id, token, customerToken]);
  useEffect(() => repeat(askEveryMs, read), [read]);
  if (order === undefined) {
    return (
      <main className="page">
        <Failure text={error} />
        {error === undefined && <p role="status">Abrindo o seu pedido…</p>}
        <div className="bar">
          <button className="main" type="button" onClick={onLeave}>
            Novo pedido
          </button>
        </div>
      </main>
    );
  }
  if (order.status === 'RASCUNHO' || order.status === 'AGUARDANDO_PAGAMENTO')
    return <Pay order={order} token={customerToken} orderToken={token} onChange={read} />;
  return <Follow order={order} error={error} onNews={read} onLeave={onLeave} />;
};

const way = [
  ['RECEBIDO', 'Recebido', 'O pagamento foi confirmado.'],
  ['EM_PREPARACAO', 'Em preparação', 'A cozinha está preparando.'],
  ['PRONTO', 'Pronto', 'Retire no balcão.'],
  ['FINALIZADO', 'Finalizado', 'Bom apetite!'],
] as const;

interface FollowProps {
  readonly order: Order;
  readonly error: string | undefined;
  readonly onNews: () => Promise<void>;
  readonly onLeave: () => void;
}

const Follow = ({ order, error, onNews, onLeave }: FollowProps) => {
  const [isLive, setLive] = useState(false);
  const { numero } = order;
  useEffect(
    () =>
      watchBoard({
        path: '/quadros/retirada',
        onLive: setLive,
        onOrders: (orders) => {
          if (orders.some((each) => each.numero === numero)) void onNews();
        },
      }),
    [numero, onNews],
  );
  const at = way.findIndex(([status]) => status === order.status);
  return (
    <main className="page">
      <header className="row">
        <h1>Seu pedido</h1>
        <Live isLive={isLive} />
      </header>
      <section className="card stack" aria-live="polite">
        <p className="muted">Número para retirada</p>
        <p className="number">{numero}</p>
        {at === -1 ? (
          <p>Este pedido foi cancelado. O que foi pago é devolvido por onde veio.</p>
        ) : (
          <ol className="way" aria-label="Andamento">
            {way.map(([status, name, text], index) => (
              <li
                key={status}
                className={index < at ? 'done' : ''}
                aria-current={index === at ? 'step' : undefined}
              >
                <span aria-hidden>{index < at ? '✓' : index === at ? '●' : '○'}</span>
                <span>
                  {name}
                  {index < at && <span className="sr"> (feito)</span>}
                  {index === at && <span className="muted"> {text}</span>}
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="card stack">
        <h2>Itens</h2>
        <ul className="stack">
          {order.itens.map(({ nome, quantidade, preco_unitario, observacao }) => (
            <li key={`${nome} ${observacao ?? ''}`} className="row">
              <span>
                {quantidade} × {nome}
                {observacao !== null && <span className="muted"> ({observacao})</span>}
              </span>
              <span className="price">{formatCents(centsOf(preco_unitario) * quantidade)}</span>
            </li>
          ))}
        </ul>
        <p className="row">
          <strong>Total</strong>
          <span className="price">{formatCents(centsOf(order.total))}</span>
        </p>
      </section>
      <Failure text={error} />
      {(order.status === 'FINALIZADO' || order.status === 'CANCELADO') && (
        <div className="bar">
          <button className="main" type="button" onClick={onLeave}>
            Novo pedido
          </button>
        </div>
      )}
    </main>
  );
};
