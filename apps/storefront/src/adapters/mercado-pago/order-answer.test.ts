import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderUnavailable } from '../../application/payment-provider.ts';
import { parseOrder, stateOf, type Doubt } from './order-answer.ts';

const answer = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: 'ORD01K371WBFDS4MD9JG0K8ZMECBE',
  user_id: '1403498245',
  external_reference: 'pay-1',
  status: 'processed',
  status_detail: 'accredited',
  currency: 'BRL',
  total_amount: '30.00',
  transactions: { payments: [{ status: 'processed', amount: '30.00', paid_amount: '30.00' }] },
  ...changes,
});

const read = (changes: Readonly<Record<string, unknown>>) => {
  const doubts: Doubt[] = [];
  const { status } = stateOf(parseOrder(answer(changes)), (doubt) => void doubts.push(doubt));
  return { status, isDoubted: doubts.length > 0 };
};

test('every status of the documentation has its meaning, and an unknown one is pending and reported', () => {
  const meanings = {
    created: 'pending',
    processing: 'pending',
    action_required: 'pending',
    at_terminal: 'pending',
    processed: 'approved',
    failed: 'refused',
    canceled: 'cancelled',
    expired: 'expired',
    refunded: 'refunded',
    charged_back: 'refunded',
  };
  for (const [status, meaning] of Object.entries(meanings))
    assert.deepEqual(read({ status }), { status: meaning, isDoubted: false }, status);
  for (const status of ['odd', 'constructor', ''])
    assert.deepEqual(read({ status }), { status: 'pending', isDoubted: true }, status);
});

test('a charge is approved when its whole price was paid, and not by a word', () => {
  const payments = (...list: readonly object[]) => ({ transactions: { payments: list } });
  const paid = { status: 'processed', amount: '30.00', paid_amount: '30.00' };
  assert.equal(read(payments(paid)).status, 'approved');
  assert.equal(read(payments({ status: 'processed', amount: '30' })).status, 'approved');
  assert.equal(read({ status_detail: 'partially_refunded' }).status, 'approved');
  const doubted = { status: 'pending', isDoubted: true };
  assert.deepEqual(read(payments()), doubted);
  assert.deepEqual(read(payments({ ...paid, paid_amount: '29.99' })), doubted);
  assert.deepEqual(read(payments({ ...paid, status: 'failed' })), doubted);
  assert.deepEqual(read({ status_detail: 'in_review' }), doubted);
});

test('an answer in another form is no answer', () => {
  const wrong = [
    { id: '../x' },
    { total_amount: 30 },
    { total_amount: '30.001' },
    { currency: undefined },
    { transactions: undefined },
    { type_response: { qr_data: 'https://example.org' } },
  ];
  for (const changes of wrong)
    assert.throws(() => parseOrder(answer(changes)), ProviderUnavailable, JSON.stringify(changes));
  assert.throws(() => parseOrder('text'), ProviderUnavailable);
});
