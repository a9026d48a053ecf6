import { createServer } from 'node:http';

/** A service that does nothing: what is measured in front of it is the gateway. */
const body = Buffer.from('{"itens":[{"nome":"X-Salada","preco":"18.50"}]}');
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? '') : ''}\n`);
});
