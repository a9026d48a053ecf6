import { ask } from '../lib/api.ts';
import { newKey } from '../lib/browser.ts';
import { centsOf, formatCents } from '../lib/money.ts';
import { useTask } from '../lib/use-task.ts';
import { Failure } from '../ui/failure.tsx';
import { Quantity } from './quantity.tsx';
import { orderOf, withNote, withQuantity, type PlacedOrder, type Visit } from './visit.ts';

interface CartProps {
  readonly visit: Visit;
  readonly onVisit: (visit: Visit) => void;
}

/** What was chosen, to be looked at once more; then it is ordered. */
export const Cart = ({ visit, onVisit }: CartProps) => {
  const task = useTask();
  const total = visit.cart.reduce((sum, { product, quantity }) => sum + centsOf(product.preco) * quantity, 0);
  const order = async (): Promise<void> => {
    // Kept before it is sent: whatever happens meanwhile, sending again makes the same order.
    const key = visit.key ?? newKey();
    onVisit({ ...visit, key });
    const placed = await ask<PlacedOrder>('POST', '/pedidos', {
      body: orderOf(visit),
      token: visit.customerToken,
      idempotencyKey: key,
    });
    onVisit({ ...visit, key: undefined, place: 'order', order: { id: placed.id, token: placed.token } });
  };
  return (
    <main className="page">
      <h1>Seu pedido</h1>
      {visit.cart.length === 0 && <p className="card muted">Ainda não há nada aqui.</p>}
      <ul className="stack" aria-label="Itens do pedido">
        {visit.cart.map(({ product, quantity, note }) => (
          <li key={product.id} className="card stack">
            <div className="row">
              <h2>{product.nome}</h2>
              <span className="price">{formatCents(centsOf(product.preco) * quantity)}</span>
            </div>
            <div className="row">
              <label className="grow">
                <span className="sr">Observação de {product.nome}</span>
                <input
                  placeholder="Observação"
                  maxLength={200}
                  value={note}
                  onChange={({ target }) => onVisit(withNote(visit, product.id, target.value))}
                />
              </label>
              <Quantity
                name={product.nome}
                quantity={quantity}
                onQuantity={(wanted) => onVisit(withQuantity(visit, product, wanted))}
              />
            </div>
          </li>
        ))}
      </ul>
      <div className="row">
        <h2>Total</h2>
        <span className="price">{formatCents(total)}</span>
      </div>
      <Failure text={task.error} />
      <div className="bar">
        <button type="button" onClick={() => onVisit({ ...visit, place: 'menu' })}>
          Voltar
        </button>
        <button
          className="main"
          type="button"
          disabled={visit.cart.length === 0 || task.isBusy}
          onClick={() => void task.run(order)}
        >
          Pagar {formatCents(total)}
        </button>
      </div>
    </main>
  );
};
