import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { ConfigError } from './lib/settings.ts';

const environment = {
  STOREFRONT_DATABASE_URL: 'postgres://storefront:secret@localhost/dumont',
  STOREFRONT_JWKS_URL: 'http://127.0.0.1:8000/.well-known/jwks.json',
  STOREFRONT_POOL_URL: 'http://127.0.0.1:8767/',
  STOREFRONT_POOL_TOKEN: 'token',
  STOREFRONT_PUBLIC_URL: 'https://pedidos.example.com',
  STOREFRONT_IMAGES_DIR: '/var/lib/storefront',
  MERCADO_PAGO_URL: 'https://api.mercadopago.com',
  MERCADO_PAGO_ACCESS_TOKEN: 'a',
  MERCADO_PAGO_WEBHOOK_SECRET: 'b',
  MERCADO_PAGO_USER_ID: 'c',
  MERCADO_PAGO_POS_ID: 'd',
};

test('what is not set has its default', () => {
  const config = readConfig(environment);
  assert.deepEqual([config.host, config.port, config.timeZone], ['127.0.0.1', 8070, 'America/Sao_Paulo']);
  assert.equal(config.pool.url, 'http://127.0.0.1:8767');
});

test('everything that is wrong is said at once, and no value is repeated', () => {
  const wrong = {
    ...environment,
    STOREFRONT_DATABASE_URL: 'mysql://x:secret@y',
    STOREFRONT_PORT: '99999',
    STOREFRONT_TIME_ZONE: 'Marte/Olympus',
    MERCADO_PAGO_POS_ID: ' ',
  };
  assert.throws(
    () => readConfig(wrong),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of [
        'STOREFRONT_DATABASE_URL',
        'STOREFRONT_PORT',
        'STOREFRONT_TIME_ZONE',
        'MERCADO_PAGO_POS_ID',
      ]) {
        assert.ok(error.message.includes(`${name}: `), name);
      }
      assert.ok(!error.message.includes('secret'));
      return true;
    },
  );
});
