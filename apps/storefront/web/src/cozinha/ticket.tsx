import { useState } from 'react';
import type { Order, OrderStatus } from '../lib/wire.ts';

interface TicketProps {
  readonly order: Order;
  /** How long ago the order was as it says. */
  readonly laterSeconds: number;
  readonly onMove: (order: Order, status: OrderStatus) => Promise<void>;
}

/** From here on a ticket stands out. */
const lateSeconds = 15 * 60;

const next: Partial<Record<OrderStatus, readonly [OrderStatus, string]>> = {
  RECEBIDO: ['EM_PREPARACAO', 'Começar'],
  EM_PREPARACAO: ['PRONTO', 'Pronto'],
  PRONTO: ['FINALIZADO', 'Entregue'],
};

/** One order as the kitchen needs it: its number, what is in it, how long it waits, and the one next step. */
export const Ticket = ({ order, laterSeconds, onMove }: TicketProps) => {
  const [isBusy, setBusy] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const isReady = order.status === 'PRONTO';
  const waited = (order.tempo_espera ?? 0) + (isReady ? 0 : laterSeconds);
  const isLate = !isReady && waited > lateSeconds;
  const step = next[order.status];
  const move = async (status: OrderStatus): Promise<void> => {
    setBusy(true);
    await onMove(order, status);
    setBusy(false);
    setAsked(false);
  };
  return (
    <li className={isLate ? 'card ticket stack late' : 'card ticket stack'}>
      <div className="row">
        <span className="number">{order.numero}</span>
        <span className="muted">
          {isLate && 'Atrasado: '}
          {isReady ? 'levou ' : ''}
          {Math.floor(waited / 60)} min
        </span>
      </div>
      <ul>
        {order.itens.map(({ nome, quantidade, observacao }) => (
          <li key={`${nome} ${observacao ?? ''}`}>
            <strong>{quantidade} ×</strong> {nome}
            {observacao !== null && <div className="note">→ {observacao}</div>}
          </li>
        ))}
      </ul>
      {isAsked ? (
        <div className="row">
          <button type="button" onClick={() => setAsked(false)}>
            Manter
          </button>
          <button type="button" disabled={isBusy} onClick={() => void move('CANCELADO')}>
            Cancelar {order.numero} e devolver
          </button>
        </div>
      ) : (
        <div className="row">
          {!isReady && (
            <button className="plain" type="button" onClick={() => setAsked(true)}>
              Cancelar…
            </button>
          )}
          {step !== undefined && (
            <button className="main" type="button" disabled={isBusy} onClick={() => void move(step[0])}>
              {step[1]}
              <span className="sr"> o pedido {order.numero}</span>
            </button>
          )}
        </div>
      )}
    </li>
  );
};
