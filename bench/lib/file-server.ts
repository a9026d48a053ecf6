import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The least that gives files away over HTTP: those below the folder that its argument names. */
const [folder = ''] = process.argv.slice(2);

const send = async (path: string, response: ServerResponse): Promise<void> => {
  const file = join(folder, path);
  response.writeHead(200, { 'content-length': (await stat(file)).size });
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), response);
};

const server = createServer((request, response) => {
  send(request.url ?? '', response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
