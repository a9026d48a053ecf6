import type { S3Request } from './request.ts';

/** What goes wrong, by name. Bytes are those of the content in the direction in which it flows. */
export type S3Fault = (
  | { readonly name: 'slow'; readonly delayMs: number }
  /** The connection is reset when so many bytes have passed. */
  | { readonly name: 'reset'; readonly afterBytes: number }
  | { readonly name: 'slow-down' }
) & {
  /** How many requests it meets; then it is over. */
  readonly times: number;
  /** Only requests of this method, and to keys that start so. */
  readonly method?: string;
  readonly keyPrefix?: string;
};

export interface S3Faults {
  add(fault: S3Fault): void;
  clear(): void;
  /** The first fault that meets the request, counted as used. */
  take(request: S3Request): S3Fault | undefined;
}

export const createFaults = (): S3Faults => {
  let pending: { fault: S3Fault; left: number }[] = [];
  return {
    add: (fault) => void pending.push({ fault, left: fault.times }),
    clear: () => {
      pending = [];
    },
    take: (request) => {
      const found = pending.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.method ?? request.method) === request.method &&
          request.key.startsWith(fault.keyPrefix ?? ''),
      );
      if (found !== undefined) found.left--;
      return found?.fault;
    },
  };
};

/** Reads a fault that a program sent. Undefined when it is none. */
export const parseFault = (text: string): S3Fault | undefined => {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const isNumber = (name: string): boolean => typeof value[name] === 'number' && value[name] >= 0;
    const isText = (name: string): boolean => value[name] === undefined || typeof value[name] === 'string';
    const isKnown =
      (value['name'] === 'slow' && isNumber('delayMs')) ||
      (value['name'] === 'reset' && isNumber('afterBytes')) ||
      value['name'] === 'slow-down';
    return isKnown && isNumber('times') && isText('method') && isText('keyPrefix')
      ? (value as unknown as S3Fault)
      : undefined;
  } catch {
    return undefined;
  }
};
