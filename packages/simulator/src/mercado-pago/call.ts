import type { ServedRequest } from '../serve.ts';
import type { Order } from './order.ts';
import type { Provider } from './provider.ts';

/** One request to one operation. */
export interface Call {
  readonly provider: Provider;
  readonly request: ServedRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The first variable part of the path, and the second; empty where there is none. */
  readonly id: string;
  readonly secondId: string;
  /** An order as this reader sees it: maybe as it was before its last change. */
  look(orderId: string): Order | undefined;
}
