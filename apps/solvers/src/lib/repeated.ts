/** The keys that several rows share, with how many do. */
export const repeated = <Row, Key>(rows: Iterable<Row>, keyOf: (row: Row) => Key): [Key, number][] => {
  const counts = new Map<Key, number>();
  for (const row of rows) {
    const key = keyOf(row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1);
};
