/**
 * Wake-ups between replicas, and within one. They carry at most an id: the row is the truth, and a wake-up may be
 * lost, so that whoever waits for one also looks by itself now and then.
 */
export interface Signals {
  /** Tells every replica, soon; what is told many times at once is told once. */
  tell(topic: Topic, id?: string): void;
  /** `handler` gets the id, or undefined where none was told or some may have been missed. Answers how to stop. */
  listen(topic: Topic, handler: (id: string | undefined) => void): () => void;
}

export type Topic = 'work' | 'boards' | 'menu' | 'payment';
