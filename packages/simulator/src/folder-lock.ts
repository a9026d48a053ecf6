import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const isHeard = async (address: string): Promise<boolean> => {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/**
 * Keeps a folder for this process by listening under a name that is made of it: the system gives a name to one
 * process, and takes it back when that process ends in whatever way. Throws when another process has it.
 */
export const lockFolder = async (folder: string): Promise<AsyncDisposable> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await realpath(folder);
  const name = `dumont-simulator-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  const addresses: Partial<Record<NodeJS.Platform, string>> = {
    linux: `\0${name}`,
    win32: `\\\\.\\pipe\\${name}`,
  };
  const address = addresses[process.platform] ?? join(path, 'lock.sock');
  // Elsewhere the name is a file, which outlives a process that was killed.
  if (addresses[process.platform] === undefined && !(await isHeard(address)))
    await rm(address, { force: true });
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`${folder} is used by another process: two simulators need two folders`, {
      cause: error,
    });
  }
  server.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};
