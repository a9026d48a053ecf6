import { expect, test } from 'vitest';
import { readNetwork } from './flow-network.ts';

const instance = {
  suppliers: [{ id: 'S1' }, { id: 'S1' }, { id: 'S2' }],
  warehouses: [
    { id: 'W2', level: 2 },
    { id: 'W1', level: 1 },
    { id: 'W3', level: 1 },
  ],
  clients: [{ id: 'C1' }],
};
const flow = (origin: string, destination: string, product: string, amount: number) => ({
  origin,
  destination,
  product,
  day: '1',
  flow: amount,
});

test('flows of all products are summed by pair, and stand between suppliers, levels and clients', () => {
  const network = readNetwork({
    instance,
    solution: {
      flows: [
        flow('S1', 'W1', 'A', 3),
        flow('S1', 'W1', 'B', 4),
        flow('W1', 'W2', 'A', 7),
        flow('W2', 'C1', 'A', 7),
      ],
    },
  });
  expect(network?.layers).toEqual([
    { kind: 'suppliers', nodes: ['S1'] },
    { kind: 'warehouses', nodes: ['W1'] },
    { kind: 'warehouses', nodes: ['W2'] },
    { kind: 'clients', nodes: ['C1'] },
  ]);
  expect(network?.flows[0]).toEqual({ from: 'S1', to: 'W1', amount: 7 });
  expect(network?.through.get('W2')).toBe(7);
});

test('a warehouse that nothing flows through is named as closed', () => {
  expect(readNetwork({ instance, solution: { flows: [] } })?.closed).toEqual(['W2', 'W1', 'W3']);
});
