import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Carried {
  /** To the client. */
  readonly bytes: number;
  /** What the link itself has cost: more than a little, and it is the link that is measured. */
  readonly processorSeconds: number;
}

export interface Link extends AsyncDisposable {
  /** What is at the other end, as it is reached over this link. */
  readonly url: string;
  /** Since it was started. */
  carried(): Promise<Carried>;
}

const program = fileURLToPath(new URL('shaped-link.ts', import.meta.url));

/** A link of so many bits a second to a server on this host. */
export const startLink = async (url: string, bitsPerSecond: number): Promise<Link> => {
  const child = fork(program, [new URL(url).port, String(bitsPerSecond / 8)], { execArgv: [] });
  const ended = once(child, 'exit');
  const [port] = (await once(child, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    carried: async () => {
      const answered = once(child, 'message') as Promise<[Carried]>;
      child.send('carried');
      return (await answered)[0];
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await ended;
    },
  };
};
