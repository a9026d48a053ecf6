import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Random } from '../../../kernel/random.ts';

/** A file for machines: pinned by its hash, sent compressed. */
export interface Program {
  /** Its name in the machine. */
  readonly name: string;
  readonly mode: number;
  readonly sha256: string;
  /** The path of it on this host, compressed by gzip, which nearly every image has. */
  readonly compressed: string;
}

export interface Programs {
  /** What a machine of this kind gets, as `uname` says it. Throws when this host has nothing that runs there. */
  list(system: string, hardware: string): Promise<readonly Program[]>;
}

/** The agent as `npm run build` and the set-up of `npm start` make it. */
export const builtAgentFile = join(import.meta.dirname, '../../../../../agent/dist/agent.mjs');

const hardwareOf: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' };

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/**
 * The agent, the Node that it runs on, which is the one that this server runs on, and restic. Prepared when the first
 * machine needs them and kept in a folder, so that the next one waits for nothing.
 */
export const createPrograms = (deps: {
  readonly cacheFolder: string;
  readonly agentFile: string;
  readonly nodeFile: string;
  /** Undefined where this host has none. */
  readonly resticFile: string | undefined;
  readonly random: Random;
  readonly platform?: { readonly system: NodeJS.Platform; readonly architecture: NodeJS.Architecture };
}): Programs => {
  const { system, architecture } = deps.platform ?? {
    system: process.platform,
    architecture: process.arch,
  };
  /** By path, size and time: a file that is replaced while we run is another. */
  const prepared = new Map<string, Promise<Program>>();

  const prepare = async (name: string, path: string, mode: number): Promise<Program> => {
    const sha256 = await hashFile(path);
    const compressed = join(deps.cacheFolder, `${sha256}.gz`);
    const isThere = await stat(compressed).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      await mkdir(deps.cacheFolder, { recursive: true, mode: 0o700 });
      const aside = `${compressed}.${deps.random.id()}`;
      try {
        // The link is faster than a better compression.
        await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(aside));
        await rename(aside, compressed);
      } finally {
        await rm(aside, { force: true });
      }
    }
    return { name, mode, sha256, compressed };
  };

  const get = async (name: string, path: string, mode: number): Promise<Program> => {
    const { size, mtimeMs } = await stat(path);
    const key = `${name} ${path} ${size} ${mtimeMs}`;
    const known = prepared.get(key) ?? prepare(name, path, mode);
    prepared.set(key, known);
    known.catch(() => prepared.delete(key));
    return known;
  };

  return {
    list: async (wantedSystem, wantedHardware) => {
      const own = hardwareOf[architecture] ?? architecture;
      if (system !== 'linux' || wantedSystem !== 'Linux' || wantedHardware !== own)
        throw new Error(
          `this server runs on ${system} ${own} and has no runtime for a machine with ${wantedSystem} ${wantedHardware}`,
        );
      const agent = await get('agent.mjs', deps.agentFile, 0o644).catch((error: unknown) => {
        throw new Error('the agent is not built: run `npm run build`', { cause: error });
      });
      const node = await get('node', deps.nodeFile, 0o755);
      const restic = deps.resticFile === undefined ? [] : [await get('restic', deps.resticFile, 0o755)];
      return [agent, node, ...restic];
    },
  };
};
