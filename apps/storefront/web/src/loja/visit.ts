import { steps, type Order, type Product, type Step } from '../lib/wire.ts';

export interface CartLine {
  readonly product: Pick<Product, 'id' | 'nome' | 'preco'>;
  readonly quantity: number;
  readonly note: string;
}

/** Everything of one visit: who orders, what is chosen, and what became of it. */
export interface Visit {
  readonly place: 'who' | 'menu' | 'cart' | 'order';
  /** Undefined for who stays anonymous. */
  readonly customerToken?: string | undefined;
  /** Of the menu, where one is. */
  readonly step: Step;
  readonly cart: readonly CartLine[];
  /** Of the order that is being made: sent again it makes the same one. */
  readonly key?: string | undefined;
  readonly order?: { readonly id: string; readonly token?: string | undefined } | undefined;
}

export const newVisit: Visit = { place: 'who', step: steps[0], cart: [] };

/** As many as the service takes of one product. */
export const mostOfOne = 50;

/** The cart with so many of a product; none takes it out. Another cart is another order, so that its key goes. */
export const withQuantity = (visit: Visit, product: CartLine['product'], quantity: number): Visit => {
  const others = visit.cart.filter((line) => line.product.id !== product.id);
  const note = visit.cart.find((line) => line.product.id === product.id)?.note ?? '';
  const { id, nome, preco } = product;
  const changed = { product: { id, nome, preco }, quantity: Math.min(quantity, mostOfOne), note };
  const at = visit.cart.findIndex((line) => line.product.id === product.id);
  if (quantity < 1) return { ...visit, cart: others, key: undefined };
  return { ...visit, cart: at === -1 ? [...others, changed] : visit.cart.with(at, changed), key: undefined };
};

export const withNote = (visit: Visit, productId: string, note: string): Visit => ({
  ...visit,
  cart: visit.cart.map((line) => (line.product.id === productId ? { ...line, note } : line)),
  key: undefined,
});

/** What the service is asked to make. */
export const orderOf = ({ cart }: Visit) => ({
  itens: cart.map(({ product, quantity, note }) => ({
    produto_id: product.id,
    quantidade: quantity,
    ...(note.trim() === '' ? {} : { observacao: note.trim() }),
  })),
});

export type PlacedOrder = Order & { readonly token?: string };
