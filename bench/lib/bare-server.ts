import { createServer } from 'node:http';
import pg from 'pg';

/**
 * The least that answers a query over HTTP: `node:http`, a pool of the same size, named statements with the text that
 * the product sends, the rows as JSON. The baseline of `api-read.ts`; its argument is the address of the database.
 */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({
  connectionString: process.argv[2],
  max: 20,
  options: '-c search_path=app -c timezone=UTC',
});

const one = 'select * from runs where id = $1';
const list = 'select * from "runs" where true order by "number" desc limit $1';

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const id = pathname.split('/')[4];
  const asked: pg.QueryConfig =
    id === undefined
      ? { name: 'list', text: list, values: [Number(searchParams.get('limit')) + 1] }
      : { name: 'one', text: one, values: [id] };
  pool.query<Record<string, unknown>>(asked).then(
    ({ rows }) => {
      const body = JSON.stringify(id === undefined ? { items: rows } : rows[0]);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? '') : ''}\n`);
});
