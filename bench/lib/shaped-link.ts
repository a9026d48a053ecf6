import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A link with a speed (`link.ts` starts it): what connects here reaches the port on this host that is named first, and
 * all connections together carry at most the bytes a second that are named second, each way. Its parent is told the
 * port, and for each message what was carried so far. Bytes are those of TCP's content.
 */
const [target = '', rate = ''] = process.argv.slice(2);
const bytesPerSecond = Number(rate);
/** What may be made up for after an idle moment: a timer that wakes late costs no speed. */
const burstMs = 10;

/** Takes bytes; answers for how many milliseconds nothing more may come. */
const createBucket = (): ((bytes: number) => number) => {
  let freeAtMs = 0;
  return (bytes) => {
    const nowMs = performance.now();
    freeAtMs = Math.max(freeAtMs, nowMs - burstMs) + (bytes / bytesPerSecond) * 1000;
    return freeAtMs - nowMs;
  };
};

/** Reads on when what was read has been taken and the link is free again: no queue grows in between. */
const carry = (from: Socket, to: Socket, take: (bytes: number) => number): void => {
  from.on('data', (chunk) => {
    const waitMs = take(chunk.length);
    let awaited = 2;
    const done = (): void => {
      awaited -= 1;
      if (awaited === 0) from.resume();
    };
    from.pause();
    to.write(chunk, done);
    if (waitMs < 1) done();
    else setTimeout(done, waitMs);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
};

let carriedBytes = 0;
const takeUp = createBucket();
const takeDown = createBucket();

const link = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const server = connect({ host: '127.0.0.1', port: Number(target), allowHalfOpen: true, noDelay: true });
  carry(client, server, takeUp);
  carry(server, client, (bytes) => {
    carriedBytes += bytes;
    return takeDown(bytes);
  });
});
link.listen(0, '127.0.0.1', () => process.send?.((link.address() as AddressInfo).port));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ bytes: carriedBytes, processorSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit());
