import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openShop, type Shop } from '../../../apps/storefront/testing/shop.ts';
import { freePort } from '../../../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { startUpstream } from '../../../packages/server/src/modules/gateway/plane-test-kit.ts';
import { startInbox, type Inbox } from '../../../packages/server/test/inbox.ts';
import { createTestApp, type TestApp } from '../../../packages/server/test/test-app.ts';
import { waitFor } from '../../../packages/server/test/wait.ts';
import {
  copyConfiguration,
  listPanels,
  monitoringFolder,
  runTool,
  startProgram,
  withoutPrograms,
} from './programs.ts';

const readRules = async (): Promise<string> =>
  (
    await Promise.all(
      ['recording', 'alerts'].map((name) => readFile(join(monitoringFolder, `rules/${name}.yml`), 'utf8')),
    )
  ).join('\n');

describe('the files', { skip: withoutPrograms }, () => {
  test('are right by the tools of their programs', async () => {
    // Secrets are the installation's: without them only the form can be looked at.
    await runTool('promtool', 'check', 'config', '--syntax-only', 'prometheus.yml');
    await runTool('promtool', 'check', 'rules', 'rules/recording.yml', 'rules/alerts.yml');
    await runTool('amtool', 'check-config', 'alertmanager.yml');
  });

  test('wake somebody for what is severe, and tell of the rest by mail', async () => {
    const receiversOf = async (...labels: string[]): Promise<string> => {
      const args = ['config', 'routes', 'test', '--config.file=alertmanager.yml', ...labels];
      return (await runTool('amtool', ...args)).split('\n')[0] ?? '';
    };
    assert.equal(await receiversOf('severity=page', 'alertname=X'), 'pager,mail');
    assert.equal(await receiversOf('severity=warn', 'alertname=X'), 'mail');
    assert.equal(await receiversOf('alertname=X'), 'mail', 'a rule of somebody else is not lost');
  });

  test('fire and do not fire as their rule tests say, and no alert is without both', async () => {
    await runTool('promtool', 'test', 'rules', 'test/rules.test.yml', 'test/windows.test.yml');
    const tests = (
      await Promise.all(
        ['rules', 'windows'].map((name) => readFile(join(monitoringFolder, `test/${name}.test.yml`), 'utf8')),
      )
    ).join('\n');
    const alerts = [...(await readRules()).matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? '');
    assert.ok(alerts.length > 15);
    for (const name of alerts) {
      const expectations = tests
        .split('- expr: ')
        .filter((part) => part.startsWith(`ALERTS{alertname="${name}"`));
      assert.ok(
        expectations.some((part) => part.includes('exp_samples: []')),
        `${name} never keeps quiet`,
      );
      assert.ok(
        expectations.some((part) => part.includes(`labels: 'ALERTS`)),
        `${name} never fires`,
      );
    }
  });
});

interface AlertmanagerMessage {
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** What wakes somebody: it takes the messages of Alertmanager. */
const startPager = async () => {
  const messages: AlertmanagerMessage[] = [];
  const refused: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      if (authorization === 'Bearer the token of the pager')
        messages.push(JSON.parse(text) as AlertmanagerMessage);
      else refused.push(authorization);
      response.writeHead(200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused,
    find: (name: string, status: string) =>
      messages
        .flatMap(({ alerts }) => alerts)
        .find((alert) => alert.labels['alertname'] === name && alert.status === status),
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
    },
  };
};

describe('Prometheus and Alertmanager beside a real installation', { skip: withoutPrograms }, () => {
  const stack = new AsyncDisposableStack();
  let app: TestApp;
  let shop: Shop;
  let pager: Awaited<ReturnType<typeof startPager>>;
  let inbox: Inbox;
  let prometheus: string;
  let isBroken = false;

  const query = async (expression: string): Promise<{ metric: Record<string, string>; value: string }[]> => {
    const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as {
      status: string;
      error?: string;
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    assert.equal(answer.status, 'success', `${expression}: ${answer.error}`);
    return answer.data.result.map(({ metric, value }) => ({ metric, value: value[1] }));
  };

  /** All that dashboards show happens: runs, orders, requests that succeed, fail and are refused. */
  const drive = async (): Promise<void> => {
    const service = stack.use(
      await startUpstream((_request, response) => response.writeHead(isBroken ? 500 : 200).end()),
    );
    const failing = stack.use(await startUpstream((_request, response) => response.writeHead(503).end()));
    const { client } = app.admin;
    const routes = [
      { name: 'Menu', path: '/menu', url: service.url, healthCheck: { path: '/', intervalSeconds: 1 } },
      { name: 'Old menu', path: '/old', url: failing.url, circuitBreaker: null },
    ];
    for (const { url, ...route } of routes)
      await client.createGatewayRoute({ body: { route: { ...route, upstreams: [{ url }] } } });
    const burger = await shop.addProduct('Burger', '20.00');
    const startRun = () => client.startRun({ body: { kind: 'command', command: ['echo', 'done'] } });
    const stop = new AbortController();
    const driving = (async () => {
      for (let round = 0; !stop.signal.aborted; round += 1) {
        await Promise.all([
          // Again and again: what ended before it was first scraped has not grown since.
          ...(round % 50 === 0 ? [startRun()] : []),
          ...['/menu', '/old'].map((path) => fetch(app.gatewayUrl + path).then((answer) => answer.text())),
          client.listRuns({ query: {} }),
          shop.guest('POST', '/pedidos', { itens: [{ produto_id: burger, quantidade: 1 }] }),
        ]);
        await delay(100, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    })();
    stack.defer(async () => {
      stop.abort();
      await driving;
    });
  };

  before(async () => {
    app = stack.use(await createTestApp({ environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } }));
    shop = stack.use(await openShop());
    pager = stack.use(await startPager());
    inbox = stack.use(
      await startInbox({
        allowInsecureAuth: true,
        onAuth: ({ username, password }, _session, done) =>
          done(null, password === 'the password of mail' ? { user: username } : {}),
      }),
    );
    const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
    prometheus = `http://127.0.0.1:${prometheusPort}`;
    const { folder } = stack.use(
      await copyConfiguration({
        changes: {
          'prometheus.yml': [
            [/(scrape|evaluation)_(interval|timeout): \d+s/, '$1_$2: 1s'],
            ['127.0.0.1:8767', new URL(app.url).host],
            ['127.0.0.1:8070', new URL(shop.service.url).host],
            ['127.0.0.1:9093', `127.0.0.1:${alertmanagerPort}`],
          ],
          // What the rules wait for is theirs to test; here it is the way of an alert.
          'rules/alerts.yml': [[/for: \w+/, 'for: 1s']],
          'alertmanager.yml': [
            [/group_(wait|interval): \w+/, 'group_$1: 1s'],
            ['http://127.0.0.1:9095/alerts', `http://127.0.0.1:${pager.port}/alerts`],
            ["'smtp.example.org:587'", `'127.0.0.1:${inbox.port}'\n  smtp_require_tls: false`],
          ],
        },
        secrets: {
          'dumont-token': app.admin.token,
          'storefront-token': 'metrics-token',
          'pager-token': 'the token of the pager',
          'smtp-password': 'the password of mail',
        },
      }),
    );
    await drive();
    await Promise.all([
      startProgram(
        'alertmanager',
        [
          '--config.file=alertmanager.yml',
          '--storage.path=alertmanager',
          `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
          '--cluster.listen-address=',
        ],
        { url: `http://127.0.0.1:${alertmanagerPort}`, folder },
      ).then((program) => stack.use(program)),
      startProgram(
        'prometheus',
        [
          '--config.file=prometheus.yml',
          '--storage.tsdb.path=prometheus',
          `--web.listen-address=127.0.0.1:${prometheusPort}`,
        ],
        { url: prometheus, folder },
      ).then((program) => stack.use(program)),
    ]);
    await waitFor(
      'both to be scraped',
      async () => (await query('up{job=~"dumont|storefront"} == 1')).length === 2,
    );
  });
  after(() => stack.disposeAsync());

  test('no rule speaks of a metric that the product does not have', async () => {
    const pages = await Promise.all([
      app.request('/metrics', { token: app.admin.token }),
      fetch(`${shop.service.url}/metrics`),
    ]);
    const types = (await Promise.all(pages.map((page) => page.text()))).join('\n');
    const exported = new Set([...types.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const texts = [await readRules(), ...(await listPanels()).map(({ expression }) => expression)];
    const named = texts.join('\n').match(/\b(?:dumont|storefront|http|nodejs|process)_\w+/g) ?? [];
    const names = new Set(named.map((name) => name.replace(/_bucket$/, '')));
    // Names of rules, and of groups of them, are made of the same words.
    const known = new Set(['http_errors']);
    assert.ok(names.size > 25, [...names].join());
    for (const name of names) assert.ok(exported.has(name) || known.has(name), `${name} is not exported`);
  });

  test('every panel of every dashboard shows something', async () => {
    const panels = await listPanels();
    assert.ok(panels.length > 40);
    assert.deepEqual(new Set(panels.map(({ dashboard }) => dashboard)).size, 4);
    let empty = panels;
    await waitFor('all panels to show something', async () => {
      const left = await Promise.all(
        empty.map(async (panel) => {
          const expression = panel.expression.replaceAll('$__rate_interval', '10s');
          // A share of nothing is a series, and draws nothing.
          const drawn = (await query(expression)).filter(({ value }) => value !== 'NaN');
          return drawn.length === 0 ? [panel] : [];
        }),
      );
      empty = left.flat();
      if (empty.length > 0) await delay(500);
      return empty.length === 0;
    }).catch(() => undefined);
    assert.deepEqual(empty, []);
  });

  test('a service that goes down behind the gateway wakes somebody, is told by mail, and is over when it is back', async () => {
    isBroken = true;
    const told = await waitFor('the page', () => pager.find('GatewayUpstreamDown', 'firing'));
    assert.equal(told.labels['severity'], 'page');
    assert.match(
      told.annotations['summary'] ?? '',
      /^http:\/\/127\.0\.0\.1:\d+ behind the route "Menu" is down$/,
    );
    await waitFor('the mail', () => inbox.mails.some(({ source }) => source.includes('GatewayUpstreamDown')));
    isBroken = false;
    await waitFor('the all-clear', () => pager.find('GatewayUpstreamDown', 'resolved'));
    assert.deepEqual(pager.refused, []);
    assert.ok(
      (await query('ALERTS{alertname="GatewayRouteFails", alertstate="firing"}')).some(
        ({ metric }) => metric['route'] === 'Old menu',
      ),
      'the route that only fails is told, by mail alone',
    );
    assert.equal(pager.find('GatewayRouteFails', 'firing'), undefined);
  });
});
