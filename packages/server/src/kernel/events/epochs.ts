/** A stretch of the event stream, begun by the start of a server on any replica. */
export interface Epoch {
  /** Of the event that began it. */
  readonly seq: number;
  readonly id: string;
  /** The last event that was there then. */
  readonly follows: number;
}

export interface Epochs {
  add(epoch: Epoch): void;
  /** The epoch that a number belongs to. */
  idAt(seq: number): string;
  /**
   * Whether a number was given out in this history of the database. Not where the database was restored to a time
   * before it: either the epoch began after that time and is unknown now, or the next one followed a lower number,
   * however far the numbers have come since.
   */
  holds(seq: number, id: string): boolean;
}

export const createEpochs = (known: readonly Epoch[]): Epochs => {
  let epochs = known.toSorted((a, b) => a.seq - b.seq);
  return {
    add: (epoch) => {
      if (epochs.some(({ id }) => id === epoch.id)) return;
      epochs = [...epochs, epoch].toSorted((a, b) => a.seq - b.seq);
    },
    idAt: (seq) => (epochs.findLast((epoch) => epoch.seq <= seq) ?? epochs[0])?.id ?? '',
    holds: (seq, id) => {
      const index = epochs.findLastIndex((epoch) => epoch.seq <= seq);
      const next = epochs[index + 1];
      return epochs[index]?.id === id && (next === undefined || seq <= next.follows);
    },
  };
};
