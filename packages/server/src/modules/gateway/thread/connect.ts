import type { ErrorCode } from '@dumont/contracts/errors';
import { createBirpc, type BirpcReturn } from 'birpc';
import { AppError } from '../../../kernel/errors.ts';

/** One end of what two threads say to each other. */
interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** An error between threads, which keep of errors their text alone. */
interface Thrown {
  readonly code: string | undefined;
  readonly params: AppError['params'] | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

const toThrown = (error: Error & { readonly code?: string }): Thrown => ({
  code: error.code,
  params: error instanceof AppError ? error.params : undefined,
  message: error.message,
  stack: error.stack,
});

const toError = ({ code, params, message, stack }: Thrown): Error =>
  params === undefined
    ? Object.assign(new Error(message), { code, stack })
    : new AppError(code as ErrorCode, params);

interface Message {
  readonly e?: unknown;
}

/**
 * Calls of `Theirs` over a port, and answers to those of ours. Codes and parameters of errors come over as they are.
 * What `events` names is not waited for. Messages arrive in the order in which they were sent.
 */
export const connectCalls = <Theirs extends object, Ours extends object>(
  port: Port,
  ours: Ours,
  events: readonly (keyof Theirs)[],
): BirpcReturn<Theirs, Ours> =>
  createBirpc<Theirs, Ours>(ours, {
    post: (message) => port.postMessage(message),
    on: (listener) => void port.on('message', listener),
    eventNames: [...events],
    // Both live in one process: a call ends when its work does.
    timeout: -1,
    serialize: (message: Message) =>
      message.e instanceof Error ? { ...message, e: toThrown(message.e) } : message,
    deserialize: (message: Message) =>
      message.e === undefined ? message : { ...message, e: toError(message.e as Thrown) },
  });
