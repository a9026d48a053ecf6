import { useEffect, useMemo, useRef, useState } from 'react';
import { watchBoard } from './board.ts';
import type { Boards, OrderStatus } from './wire.ts';

const shownStatuses: readonly OrderStatus[] = ['RECEBIDO', 'EM_PREPARACAO', 'PRONTO'];

/** The orders on a board as they are now; those that left it are gone. */
export const useBoard = <Path extends keyof Boards>(options: {
  readonly path: Path;
  readonly token?: () => Promise<string>;
}) => {
  const [orders, setOrders] = useState<ReadonlyMap<string, Boards[Path]>>();
  const [isLive, setLive] = useState(false);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const { path } = options;
  useEffect(() => {
    const { token } = latest.current;
    return watchBoard({
      path,
      ...(token === undefined ? {} : { token }),
      onLive: setLive,
      onOrders: (changed, isWhole) =>
        setOrders((before) => {
          const next = new Map(isWhole ? [] : before);
          for (const order of changed) {
            // Where it shows, the id: numbers begin anew each day.
            const key = 'id' in order ? order.id : String(order.numero);
            if (shownStatuses.includes(order.status)) next.set(key, order);
            else next.delete(key);
          }
          return next;
        }),
    });
  }, [path]);
  const list = useMemo(() => (orders === undefined ? undefined : [...orders.values()]), [orders]);
  return { orders: list, isLive };
};
