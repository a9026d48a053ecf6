import { readFigure, readId, readRows, type NodeId, type PictureProps } from './picture-data.ts';

export interface Flow {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly amount: number;
}

export interface Network {
  /** Suppliers, warehouses by their level, clients: those that something flows through. */
  readonly layers: readonly {
    readonly kind: 'suppliers' | 'warehouses' | 'clients';
    readonly nodes: readonly NodeId[];
  }[];
  /** One for each pair, over all products and days; the largest first. */
  readonly flows: readonly Flow[];
  /** What comes into a node, or goes out of a supplier. */
  readonly through: ReadonlyMap<NodeId, number>;
  /** Warehouses that nothing flows through: they stay closed. */
  readonly closed: readonly NodeId[];
}

export const readNetwork = ({ instance, solution }: PictureProps): Network | undefined => {
  const rows = readRows(solution, 'flows', ['origin', 'destination', 'flow']);
  const suppliers = readRows(instance, 'suppliers', ['id']);
  const warehouses = readRows(instance, 'warehouses', ['id']);
  const clients = readRows(instance, 'clients', ['id']);
  if (rows === undefined || suppliers === undefined || warehouses === undefined || clients === undefined)
    return undefined;
  const amounts = new Map<string, Flow>();
  for (const row of rows) {
    const from = readId(row, 'origin');
    const to = readId(row, 'destination');
    const key = `${from} ${to}`;
    const amount = readFigure(row, 'flow') + (amounts.get(key)?.amount ?? 0);
    if (amount > 0) amounts.set(key, { from, to, amount });
  }
  const flows = [...amounts.values()].toSorted((a, b) => b.amount - a.amount);
  const into = new Map<NodeId, number>();
  const outOf = new Map<NodeId, number>();
  for (const { from, to, amount } of flows) {
    outOf.set(from, (outOf.get(from) ?? 0) + amount);
    into.set(to, (into.get(to) ?? 0) + amount);
  }
  const through = new Map([...outOf, ...into]);
  const used = (ids: readonly NodeId[]) => [...new Set(ids)].filter((id) => through.has(id));
  const levels = Map.groupBy(warehouses, (row) => readFigure(row, 'level') || 1);
  return {
    layers: [
      { kind: 'suppliers', nodes: used(suppliers.map((row) => readId(row, 'id'))) },
      ...[...levels]
        .toSorted(([a], [b]) => a - b)
        .map(([, level]) => ({
          kind: 'warehouses' as const,
          nodes: used(level.map((row) => readId(row, 'id'))),
        })),
      { kind: 'clients', nodes: used(clients.map((row) => readId(row, 'id'))) },
    ],
    flows,
    through,
    closed: [...new Set(warehouses.map((row) => readId(row, 'id')))].filter((id) => !through.has(id)),
  };
};
