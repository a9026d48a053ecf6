import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { capacitiesOf } from './caller.ts';
import { formatMoney, parseMoney, totalCents } from './money.ts';
import { byUrgency, waitingSeconds } from './order.ts';
import { isPaid, judgeMove, orderStatuses, type Mover, type OrderStatus } from './order-status.ts';
import { followTruth, isAtGoal, isUnsettled, type Payment, type Truth } from './payment.ts';
import { recogniseImage } from './image.ts';

const status = fc.constantFrom(...orderStatuses);
const movers: readonly Mover[] = ['owner', 'payment', 'clock', 'kitchen', 'attendant', 'manager'];

test('the steps of an order are those of the table, and no other', () => {
  const table: Record<OrderStatus, readonly OrderStatus[]> = {
    open: ['pending', 'cancelled'],
    pending: ['open', 'received', 'cancelled'],
    received: ['preparing', 'cancelled'],
    preparing: ['ready', 'cancelled'],
    ready: ['completed'],
    completed: [],
    cancelled: [],
  };
  for (const from of orderStatuses) {
    for (const to of orderStatuses) {
      assert.equal(judgeMove(from, to, movers) === 'allowed', table[from].includes(to), `${from} to ${to}`);
      assert.notEqual(judgeMove(from, to, []), 'allowed');
    }
  }
});

test('only a payment makes an order received', () => {
  for (const from of orderStatuses) {
    for (const mover of movers.filter((each) => each !== 'payment')) {
      assert.notEqual(judgeMove(from, 'received', [mover]), 'allowed');
    }
  }
});

test('money survives its way to the wire and back, and is never a fraction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 - 1 }), (cents) => {
      assert.equal(parseMoney(formatMoney(cents)), cents);
    }),
  );
  for (const wrong of ['12.9', '12,90', ' 12.90', '-1.00', '1e2', '12.900', '', '.50', 'NaN']) {
    assert.equal(parseMoney(wrong), undefined, wrong);
  }
  assert.equal(
    totalCents([
      { unitCents: 10, quantity: 3 },
      { unitCents: 20, quantity: 1 },
    ]),
    50,
  );
});

const truth: fc.Arbitrary<Truth> = fc.record({
  status: fc.constantFrom('pending', 'approved', 'refused', 'cancelled', 'expired', 'refunded'),
  totalCents: fc.constantFrom(1000, 999),
});

test('truths in any order, any number of times, never resurrect an order nor take money without one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(truth, fc.constant('cancelled by its owner' as const)), { maxLength: 12 }),
      (story) => {
        let status: Payment['status'] = 'creating';
        let goal: Payment['goal'] = 'paid';
        const amountCents = 1000;
        let order: OrderStatus = 'pending';
        let timesReceived = 0;
        for (const chapter of story) {
          if (typeof chapter === 'string') {
            if (order !== 'open' && order !== 'pending') continue;
            order = 'cancelled';
            if (goal === 'paid' && isUnsettled(status)) goal = 'cancelled';
            continue;
          }
          const next = followTruth({ status, goal, amountCents }, order, chapter);
          for (const step of next.orderSteps) {
            assert.equal(judgeMove(order, step, ['payment']), 'allowed', `${order} to ${step}`);
            assert.ok(order !== 'cancelled');
            if (step === 'received') timesReceived += 1;
            order = step;
          }
          ({ status, goal } = next);
          const again = followTruth({ status, goal, amountCents }, order, chapter);
          assert.deepEqual(again, { status, goal, orderSteps: [] }, 'twice is once');
          if (order === 'pending') assert.ok(isUnsettled(status), 'an order never waits for nothing');
          if (status === 'approved' && !isPaid(order)) assert.equal(goal, 'refunded');
          if (goal === 'refunded') assert.equal(isAtGoal({ status, goal }), status === 'refunded');
        }
        assert.ok(timesReceived <= 1);
      },
    ),
    { numRuns: 2000 },
  );
});

test('the list rule is a total order: Pronto, Em preparação, Recebido, each by age', () => {
  const order = fc.record({ id: fc.uuid(), status, createdAt: fc.date({ noInvalidDate: true }) });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 20 }), (orders) => {
      const sorted = orders.toSorted(byUrgency);
      for (let index = 1; index < sorted.length; index += 1) {
        const [before, after] = [sorted[index - 1], sorted[index]];
        assert.ok(before !== undefined && after !== undefined && byUrgency(before, after) <= 0);
        if (before.status === after.status) assert.ok(before.createdAt <= after.createdAt);
      }
      assert.deepEqual(
        orders
          .toReversed()
          .toSorted(byUrgency)
          .map(({ id }) => id),
        sorted.map(({ id }) => id),
      );
    }),
  );
});

test('waiting counts from the payment until it is ready', () => {
  const at = (seconds: number): Date => new Date(seconds * 1000);
  assert.equal(waitingSeconds({ receivedAt: null, readyAt: null }, at(100)), null);
  assert.equal(waitingSeconds({ receivedAt: at(10), readyAt: null }, at(100)), 90);
  assert.equal(waitingSeconds({ receivedAt: at(10), readyAt: at(40) }, at(100)), 30);
  assert.equal(
    waitingSeconds({ receivedAt: at(101), readyAt: null }, at(100)),
    0,
    'clocks of replicas differ',
  );
});

test('knowing a CPF opens nothing from before', () => {
  const order = { customerId: 'ana', createdAt: new Date(1000) };
  const ana = (since: number) => ({ kind: 'customer', id: 'ana', since: new Date(since) }) as const;
  assert.deepEqual(capacitiesOf(ana(1000), order, false), ['owner']);
  assert.deepEqual(capacitiesOf(ana(1001), order, false), []);
  assert.deepEqual(capacitiesOf({ ...ana(0), id: 'bia' }, order, false), []);
  assert.deepEqual(capacitiesOf({ kind: 'anonymous' }, order, true), ['owner']);
  assert.deepEqual(capacitiesOf({ kind: 'user', id: 'x', roles: [] }, order, false), []);
});

test('a picture is what its bytes say', () => {
  assert.equal(recogniseImage(Buffer.from('89504e470d0a1a0a00', 'hex')), 'png');
  assert.equal(recogniseImage(Buffer.from('ffd8ffe000', 'hex')), 'jpg');
  assert.equal(recogniseImage(Buffer.from('RIFF0000WEBPVP8 ')), 'webp');
  for (const other of ['<svg onload="x">', 'GIF89a', '', 'RIFF0000WAVE', '<html>']) {
    assert.equal(recogniseImage(Buffer.from(other)), undefined);
  }
});
