import type { Order } from '../domain/order.ts';

/** What watchers of the boards are told: that something became of an order. The order is read when it is told. */
export interface BoardStore {
  /** Changes after this number, by number, with the orders as they are now. */
  changesAfter(sequence: number, limit: number): Promise<readonly BoardChange[]>;
  /** The lowest and the highest number that are kept; both 0 where there is none. */
  bounds(): Promise<{ first: number; last: number }>;
  /** Nobody resumes from before this time. */
  removeBefore(time: Date): Promise<void>;
}

export interface BoardChange {
  readonly sequence: number;
  readonly at: Date;
  readonly order: Order;
}
