import { freePort, runNginx } from '../../packages/server/src/modules/gateway/engines/engines-test-kit.ts';

/** An nginx whose `http` holds what `configure` answers for its port. */
export const startNginx = async (
  configure: (port: number) => string,
): Promise<AsyncDisposable & { readonly url: string }> => {
  const port = await freePort();
  const running = await runNginx(
    port,
    (process) =>
      `${process.main.join(' ')} events { worker_connections 1024; }
       http { ${process.http.join(' ')} keepalive_requests 10000000; ${configure(port)} }`,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
};

/** A service that does next to nothing: what is measured in front of it is the gateway. */
export const startSmallNginx = () =>
  startNginx(
    (port) =>
      `server { listen 127.0.0.1:${port};
         location / { default_type application/json; return 200 '{"itens":[{"nome":"X-Salada","preco":"18.50"}]}'; } }`,
  );
