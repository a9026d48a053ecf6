import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '../../../../packages/server/src/kernel/clock.ts';
import { cpfOf, person } from '../../../../packages/server/src/modules/customers/conformance.ts';
import { createCognitoPool } from '../../../../packages/server/src/modules/customers/providers/cognito/cognito-pool.ts';
import { startCognito, type CognitoStandIn } from '../../../../packages/simulator/src/cognito/cognito.ts';
import {
  httpAuthorizerEvent,
  httpEvent,
  restAuthorizerEvent,
  restEvent,
  tokenAuthorizerEvent,
} from './api-gateway-events.ts';
import { startLambda, type LambdaProcess } from './lambda-process.ts';

const awsKeys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'the secret of the role' };
const userPoolId = 'sa-east-1_Example';
const cpf = cpfOf(31);

const keyPair = (kid: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    signing: { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256' },
    accepted: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
  };
};
const key = keyPair('2026-03');
const older = keyPair('2026-02');

const stack = new AsyncDisposableStack();
let cognito: CognitoStandIn;
let bundles: string[];
let auth: LambdaProcess;
let validate: LambdaProcess;
let customerId: string;
let authEnvironment: Record<string, string>;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-lambda-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const build = join(import.meta.dirname, '../../../../tools/build/lambda.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [build, folder]);
  bundles = stdout.trim().split('\n');
  cognito = stack.use(
    await startCognito({
      port: 0,
      userPoolId,
      customAttributes: ['custom:consents'],
      ...awsKeys,
      clock: systemClock,
      newId: randomUUID,
    }),
  );
  const pool = stack.use(
    createCognitoPool(
      { userPoolId, region: 'sa-east-1', endpoint: cognito.url, credentials: awsKeys },
      systemClock,
    ),
  );
  customerId = (await pool.add(person(31)))?.id ?? '';
  authEnvironment = {
    CUSTOMERS_ISSUER: 'https://pedidos.example.org',
    CUSTOMERS_SIGNING_JWK: JSON.stringify(key.signing),
    CUSTOMERS_USER_POOL_ID: userPoolId,
    CUSTOMERS_COGNITO_ENDPOINT: cognito.url,
    AWS_ACCESS_KEY_ID: awsKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: awsKeys.secretAccessKey,
  };
  auth = stack.use(await startLambda(bundles[0] ?? '', authEnvironment));
  validate = stack.use(
    await startLambda(bundles[1] ?? '', {
      CUSTOMERS_ISSUER: 'https://pedidos.example.org',
      CUSTOMERS_JWKS: JSON.stringify({ keys: [older.accepted, key.accepted] }),
    }),
  );
});
after(() => stack.disposeAsync());

interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const ask = async (lambda: LambdaProcess, event: unknown): Promise<ProxyAnswer> => {
  const outcome = await lambda.invoke(event);
  assert.ok('answer' in outcome, JSON.stringify(outcome));
  const answer = outcome.answer as Record<string, unknown>;
  // API Gateway refuses an answer with other fields, or a body that is no text.
  assert.deepEqual(Object.keys(answer).toSorted(), ['body', 'headers', 'isBase64Encoded', 'statusCode']);
  assert.equal(typeof answer['body'], 'string');
  return {
    status: answer['statusCode'] as number,
    headers: answer['headers'] as Record<string, string>,
    body: JSON.parse(answer['body'] as string) as Record<string, unknown>,
  };
};

const tokenFor = async (body: unknown = { cpf }): Promise<string> =>
  (await ask(auth, restEvent({ body: JSON.stringify(body), from: '198.51.100.1' }))).body['token'] as string;

for (const [kind, event] of [
  ['REST', restEvent],
  ['HTTP', httpEvent],
] as const) {
  test(`${kind} API: a registered CPF gets a token, in a plain body and in base64`, async () => {
    const body = JSON.stringify({ cpf });
    for (const given of [{ body }, { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }]) {
      const answer = await ask(auth, event(given));
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys(answer.body), ['token', 'accessToken', 'tokenType', 'expiresIn']);
      const headers = { Authorization: `Bearer ${String(answer.body['token'])}` };
      const validated = await ask(validate, event({ path: '/validate', headers }));
      assert.deepEqual(
        [validated.status, validated.body['subject'], validated.body['kind']],
        [200, customerId, 'customer'],
      );
    }
  });

  test(`${kind} API: no body, a bad CPF, an unknown one, a guest`, async () => {
    for (const [body, status, code] of [
      [null, 400, 'customer.fields'],
      ['', 400, 'customer.fields'],
      ['{', 400, 'request.malformed'],
      ['{"cpf":"12345678900"}', 400, 'customer.cpf'],
      [JSON.stringify({ cpf: cpfOf(77) }), 404, 'customer.not_found'],
      ['{}', 200, undefined],
    ] as const) {
      const answer = await ask(auth, event({ body }));
      assert.deepEqual([answer.status, answer.body['code']], [status, code], String(body));
    }
  });

  test(`${kind} API: without a token, or with what is none, /validate is 401`, async () => {
    const bad = { Authorization: 'Bearer a.b.c' };
    for (const given of [{}, { headers: bad }, { body: '{"token":"a.b.c"}' }, { body: '{' }]) {
      const answer = await ask(validate, event({ path: '/validate', ...given }));
      assert.equal(answer.status, 401, JSON.stringify(given));
    }
  });

  test(`${kind} API: limits go by the address that API Gateway saw, not by one that the client wrote`, async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 62; at += 1) {
      const headers = { 'X-Forwarded-For': `10.0.0.${at}` };
      statuses.push(
        (await ask(auth, event({ body: '{}', headers, from: `192.0.2.${kind.charCodeAt(0)}` }))).status,
      );
    }
    assert.ok(statuses.includes(429) && statuses.indexOf(429) >= 60, statuses.join());
  });
}

const allowed = 'arn:aws:execute-api:sa-east-1:123456789012:abc123/prod/*';

test('the authorizer of a REST API answers a policy for the stage, and who it is', async () => {
  const token = await tokenFor();
  const expected = {
    principalId: customerId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: allowed }],
    },
    context: { customerId, kind: 'customer' },
  };
  for (const event of [
    tokenAuthorizerEvent(`Bearer ${token}`),
    restAuthorizerEvent({ Authorization: `Bearer ${token}` }),
    restAuthorizerEvent({ authorization: `bearer ${token}` }),
  ])
    assert.deepEqual(await validate.invoke(event), { answer: expected });
});

test('it says Unauthorized to no token and to a bad one, and denies a guest', async () => {
  for (const event of [
    tokenAuthorizerEvent('Bearer x'),
    tokenAuthorizerEvent(''),
    restAuthorizerEvent(null),
    restAuthorizerEvent({ Authorization: 'Basic eDp5' }),
  ])
    assert.deepEqual(await validate.invoke(event), { error: 'Unauthorized' });
  const outcome = await validate.invoke(tokenAuthorizerEvent(`Bearer ${await tokenFor({})}`));
  const { policyDocument } = (outcome as { answer: { policyDocument: { Statement: { Effect: string }[] } } })
    .answer;
  assert.deepEqual(
    policyDocument.Statement.map(({ Effect }) => Effect),
    ['Deny'],
  );
});

test('the authorizer of an HTTP API answers yes or no', async () => {
  const yes = await validate.invoke(httpAuthorizerEvent({ Authorization: `Bearer ${await tokenFor()}` }));
  assert.deepEqual(yes, { answer: { isAuthorized: true, context: { customerId, kind: 'customer' } } });
  for (const headers of [
    { Authorization: 'Bearer x' },
    {},
    { Authorization: `Bearer ${await tokenFor({})}` },
  ]) {
    const { answer } = (await validate.invoke(httpAuthorizerEvent(headers))) as {
      answer: { isAuthorized: boolean };
    };
    assert.equal(answer.isAuthorized, false);
  }
});

test('a token by an older key that is still accepted is good, by one that is not it is none', async () => {
  for (const [pair, status] of [
    [older, 200],
    [keyPair('2026-03'), 401],
    [keyPair('2025-01'), 401],
  ] as const) {
    await using signer = await startLambda(bundles[0] ?? '', {
      ...authEnvironment,
      CUSTOMERS_SIGNING_JWK: JSON.stringify(pair.signing),
    });
    const { body } = await ask(signer, restEvent({ body: JSON.stringify({ cpf }) }));
    const token = body['token'] as string;
    const answer = await ask(validate, restEvent({ path: '/validate', body: JSON.stringify({ token }) }));
    assert.equal(answer.status, status);
  }
});

test('a pool that does not answer is 503, and the log that says so names no CPF', async () => {
  cognito.failNext(10, 'InternalErrorException');
  const answer = await ask(auth, httpEvent({ body: JSON.stringify({ cpf }) }));
  cognito.failNext(0, '');
  assert.deepEqual([answer.status, answer.body['code']], [503, 'customer.pool']);
  assert.match(auth.log(), /a request failed/);
  assert.ok(!auth.log().includes(cpf) && !auth.log().includes(cpfOf(77)));
});

test('without its settings a function does not start, says which are missing, and shows no key', async () => {
  const start = (environment: Record<string, string>) => startLambda(bundles[0] ?? '', environment);
  await assert.rejects(start({}), /CUSTOMERS_ISSUER: missing[\s\S]*CUSTOMERS_SIGNING_JWK: missing/);
  const { d } = key.signing;
  const broken = JSON.stringify({ ...key.signing, crv: 'P-384' });
  await assert.rejects(start({ ...authEnvironment, CUSTOMERS_SIGNING_JWK: broken }), (error: Error) => {
    assert.match(error.message, /CUSTOMERS_SIGNING_JWK: allowed/);
    assert.ok(typeof d === 'string' && !error.message.includes(d));
    return true;
  });
});
