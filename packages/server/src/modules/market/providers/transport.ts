import type { ProviderCall } from './provider.ts';

/** One HTTP request of a provider. What carries it may delay it (pacing), and never repeats it. */
export interface ProviderRequest {
  readonly call: ProviderCall;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Any status is an answer. */
export interface ProviderResponse {
  readonly status: number;
  readonly body: string;
}

/** Rejects with ProviderError `blind` when no whole answer came in time, and with the signal's reason. */
export type Send = (request: ProviderRequest, signal: AbortSignal) => Promise<ProviderResponse>;
