import { useCallback, useEffect, useState } from 'react';
import { ask, Refused } from '../lib/api.ts';
import { nowMs, repeat } from '../lib/browser.ts';
import { useBoard } from '../lib/use-board.ts';
import type { Order, OrderStatus } from '../lib/wire.ts';
import { Failure } from '../ui/failure.tsx';
import { Live } from '../ui/live.tsx';
import { createTokens, type StaffSession } from './staff-session.ts';
import { Ticket } from './ticket.tsx';

interface KitchenProps {
  readonly first: StaffSession;
  /** Renewed, or null when it has ended. */
  readonly onSession: (session: StaffSession | null) => void;
}

const columns = [
  ['RECEBIDO', 'Recebidos', 'Nada a começar.'],
  ['EM_PREPARACAO', 'Em preparação', 'Nada em preparo.'],
  ['PRONTO', 'Prontos', 'Nada a entregar.'],
] as const;

/** Tickets by what is to be done with them, the oldest first. */
export const Kitchen = ({ first, onSession }: KitchenProps) => {
  // What is renewed is kept inside: it is made once.
  const [tokens] = useState(() => createTokens(first, onSession));
  const token = useCallback(async () => {
    try {
      return await tokens();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) onSession(null);
      throw error;
    }
  }, [tokens, onSession]);
  const { orders, isLive } = useBoard({ path: '/quadros/cozinha', token });
  const [error, setError] = useState<string>();
  const sinceMs = useTick(orders);
  const move = async (order: Order, status: OrderStatus): Promise<void> => {
    try {
      setError(undefined);
      await ask('PATCH', `/pedidos/${order.id}/status`, { body: { status }, token: await token() });
    } catch (cause) {
      setError(`Pedido ${order.numero}: ${cause instanceof Refused ? cause.message : 'tente de novo.'}`);
    }
  };
  return (
    <main className="page wide">
      <header className="top">
        <h1>Cozinha</h1>
        <span className="row">
          <Live isLive={isLive} />
          <button className="plain" type="button" onClick={() => onSession(null)}>
            Sair
          </button>
        </span>
      </header>
      <Failure text={error} />
      {orders === undefined ? (
        <p role="status">Carregando os pedidos…</p>
      ) : (
        <div className="columns">
          {columns.map(([status, title, none]) => {
            const own = orders
              .filter((order) => order.status === status)
              .toSorted((a, b) => a.id.localeCompare(b.id));
            return (
              <section key={status} className="stack" aria-label={title}>
                <h2>
                  {title} <span className="muted">{own.length}</span>
                </h2>
                {own.length === 0 && <p className="muted">{none}</p>}
                <ul className="stack">
                  {own.map((order) => (
                    <Ticket key={order.id} order={order} laterSeconds={sinceMs / 1000} onMove={move} />
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      )}
    </main>
  );
};

/** Milliseconds since the value came, told anew every ten seconds. */
const useTick = (value: unknown): number => {
  const [came, setCame] = useState(() => ({ value, atMs: nowMs() }));
  const [now, setNow] = useState(nowMs);
  if (came.value !== value) setCame({ value, atMs: nowMs() });
  useEffect(() => repeat(10_000, async () => setNow(nowMs())), []);
  return Math.max(0, now - came.atMs);
};
