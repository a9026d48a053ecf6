import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostOfOne, newVisit, orderOf, withNote, withQuantity } from './visit.ts';

const burger = { id: 'a', nome: 'X-Salada', preco: '18.50' };
const juice = { id: 'b', nome: 'Suco', preco: '7.00' };

test('a product is added, counted and taken out, and the others keep their places', () => {
  const both = withQuantity(withQuantity(newVisit, burger, 1), juice, 1);
  const more = withQuantity(both, burger, 3);
  assert.deepEqual(
    more.cart.map(({ product, quantity }) => [product.id, quantity]),
    [
      ['a', 3],
      ['b', 1],
    ],
  );
  assert.deepEqual(
    withQuantity(more, burger, 0).cart.map(({ product }) => product.id),
    ['b'],
  );
  assert.equal(withQuantity(both, burger, mostOfOne + 1).cart[0]?.quantity, mostOfOne);
});

test('another cart is another order: what would repeat the one before is gone', () => {
  const sent = { ...withQuantity(newVisit, burger, 1), key: 'k' };
  for (const changed of [
    withQuantity(sent, juice, 1),
    withQuantity(sent, burger, 0),
    withNote(sent, 'a', 'x'),
  ])
    assert.equal(changed.key, undefined);
});

test('the order says what was chosen, with notes where there are any', () => {
  const visit = withNote(withQuantity(withQuantity(newVisit, burger, 2), juice, 1), 'a', ' sem cebola ');
  assert.deepEqual(orderOf(withNote(visit, 'b', '  ')), {
    itens: [
      { produto_id: 'a', quantidade: 2, observacao: 'sem cebola' },
      { produto_id: 'b', quantidade: 1 },
    ],
  });
});
