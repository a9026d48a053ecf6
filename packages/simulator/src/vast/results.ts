import { drawHex } from '../cloud/draw.ts';

/** Texts that are fetched some moments after they were asked for. */
export interface Results {
  /** The path under which the text can be read soon. The text may be still on its way. */
  add(text: string | Promise<string>, nowMs: number): string;
  /** Undefined until it is there. */
  read(path: string, nowMs: number): string | undefined;
}

/** The provider uploads the text first. */
const readyAfterMs = 900;
const keptMs = 600_000;

export const createResults = (seed: number): Results => {
  const results = new Map<string, { readonly readyAtMs: number; text: string | undefined }>();
  return {
    add: (text, nowMs) => {
      for (const [path, { readyAtMs }] of results) if (nowMs - readyAtMs > keptMs) results.delete(path);
      const path = `/_results/${drawHex(32, seed, 'result', nowMs, results.size)}`;
      const result = { readyAtMs: nowMs + readyAfterMs, text: typeof text === 'string' ? text : undefined };
      results.set(path, result);
      if (typeof text !== 'string')
        text.then(
          (arrived) => (result.text = arrived),
          (error: unknown) => (result.text = String(error)),
        );
      return path;
    },
    read: (path, nowMs) => {
      const result = results.get(path);
      return result === undefined || nowMs < result.readyAtMs ? undefined : result.text;
    },
  };
};
