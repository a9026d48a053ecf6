import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { cpfOf } from '../conformance.ts';
import { createBed, type CustomersBed } from '../customers-test-kit.ts';

let bed: CustomersBed;
before(async () => {
  bed = await createBed();
});
after(() => bed[Symbol.asyncDispose]());

let people = 0;
/** Each test comes from elsewhere, so that one does not use up what another may ask. */
const somewhere = (): string => `198.51.100.${(people += 1)}`;

const register = async (from = somewhere()) => {
  people += 1;
  const cpf = cpfOf(people);
  const { status, body } = await bed.ask(
    'register',
    { nome: `Pessoa ${people}`, email: `p${people}@example.org`, cpf },
    { from },
  );
  assert.equal(status, 201);
  return { cpf, id: body['id'] as string };
};

test('a registered CPF gets a token that services verify by our public keys, and nothing else', async () => {
  const { cpf, id } = await register();
  const { status, headers, body } = await bed.ask('authenticate', { cpf }, { from: somewhere() });
  assert.equal(status, 200);
  assert.equal(headers['cache-control'], 'no-store');
  const token = body['token'] as string;
  assert.deepEqual(body, { token, accessToken: token, tokenType: 'Bearer', expiresIn: 3600 });
  assert.deepEqual(Object.keys(decodeJwt(token)).toSorted(), [
    'aud',
    'exp',
    'iat',
    'iss',
    'project',
    'scope',
    'sub',
  ]);
  const keys = createLocalJWKSet(await bed.identity.identity.jwks());
  const { payload } = await jwtVerify(token, keys, {
    audience: 'customers',
    algorithms: ['ES256'],
    currentDate: bed.identity.clock.now(),
  });
  assert.equal(payload.sub, id);
  assert.equal(payload['scope'], 'customer');
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
  assert.ok(decodeProtectedHeader(token).kid !== undefined);
});

test('the CPF may be written with signs', async () => {
  const { cpf } = await register();
  const written = `${cpf.slice(0, 3)}.${cpf.slice(3, 6)}.${cpf.slice(6, 9)}-${cpf.slice(9)}`;
  assert.equal((await bed.ask('authenticate', { cpf: written }, { from: somewhere() })).status, 200);
});

test('without a CPF the token is that of an anonymous guest', async () => {
  for (const given of [{}, { cpf: '' }, { cpf: null }, { cpf: '  ' }]) {
    const { status, body } = await bed.ask('authenticate', given, { from: somewhere() });
    assert.equal(status, 200);
    const claims = decodeJwt(body['token'] as string);
    assert.deepEqual([claims.sub, claims['scope']], ['anonymous', 'anonymous']);
  }
});

test('what is no CPF is 400, one that nobody has 404; neither repeats it', async () => {
  const from = somewhere();
  for (const cpf of ['12345678900', '11111111111', '1', 'x'.repeat(20)]) {
    const { status, body } = await bed.ask('authenticate', { cpf }, { from });
    assert.deepEqual([status, body['code']], [400, 'customer.cpf']);
    assert.ok(!JSON.stringify(body).includes(cpf) || cpf === '1');
  }
  const unknown = await bed.ask('authenticate', { cpf: cpfOf(99_000) }, { from });
  assert.deepEqual([unknown.status, unknown.body['code']], [404, 'customer.not_found']);
  assert.ok(!JSON.stringify(unknown.body).includes(cpfOf(99_000)));
});

test('bodies that are none, no JSON, too large or of other fields are 400 or 413, and say so as a problem', async () => {
  const from = somewhere();
  for (const [raw, status] of [
    [undefined, 400],
    ['', 400],
    ['{', 400],
    ['[]', 400],
    ['"52998224725"', 400],
    ['{"cpf":52998224725}', 400],
    ['{"cpf":"52998224725","nome":"x"}', 400],
    [`{"cpf":"${'1'.repeat(17_000)}"}`, 413],
  ] as const) {
    for (const handler of ['authenticate', 'register'] as const) {
      const answer = await bed.ask(handler, undefined, { from, ...(raw === undefined ? {} : { raw }) });
      assert.equal(answer.status, status, `${handler} ${raw?.slice(0, 40)}`);
      assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
      assert.ok(!JSON.stringify(answer.body).includes('52998224725'));
    }
  }
});

test('the request id of the gateway is in the problem', async () => {
  const headers = { 'x-request-id': 'request-7' };
  const { body } = await bed.ask('authenticate', { cpf: '1' }, { headers, from: somewhere() });
  assert.equal(body['requestId'], 'request-7');
});

test('a registration answers what was given; a second one with the CPF is 409 and tells and changes nothing', async () => {
  const from = somewhere();
  const cpf = cpfOf(98_000);
  const given = { nome: 'Ana Lima', email: 'Ana@Example.org', cpf };
  const consentimentos = [{ finalidade: 'ofertas', versao: '3' }];
  const made = await bed.ask('register', { ...given, consentimentos }, { from });
  assert.equal(made.status, 201);
  const { id, created_at: createdAt, updated_at: updatedAt, ...rest } = made.body;
  assert.deepEqual(rest, { ...given, email: 'ana@example.org' });
  assert.ok(typeof id === 'string' && createdAt === updatedAt);

  const again = await bed.ask('register', { nome: 'Outra', email: 'outra@example.org', cpf }, { from });
  assert.deepEqual([again.status, again.body['code']], [409, 'customer.taken']);
  for (const personal of ['Ana', 'ana@', cpf, id]) assert.ok(!JSON.stringify(again.body).includes(personal));
  const claims = decodeJwt((await bed.ask('authenticate', { cpf }, { from })).body['token'] as string);
  assert.equal(claims.sub, id);
});

test('wrong fields of a registration are named all at once', async () => {
  const wrong = { nome: '', email: 'nobody', cpf: '12345678900' };
  const { status, body } = await bed.ask('register', wrong, { from: somewhere() });
  assert.deepEqual([status, body['code']], [400, 'customer.fields']);
  const paths = (body['errors'] as { path: string }[]).map(({ path }) => path);
  assert.deepEqual(paths.toSorted(), ['body.cpf', 'body.email', 'body.nome']);
});

test('of many who register a CPF at the same instant, on two replicas, one is taken', async () => {
  const other = await bed.another();
  const body = { nome: 'Ana', email: 'a@example.org', cpf: cpfOf(97_000) };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      (at % 2 === 0 ? bed : other).ask('register', body, { from: somewhere() }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, 1);
  assert.equal(statuses.filter((status) => status === 409).length, 7);
});

test('an address that asks for CPFs that nobody has is stopped, whether the next one is known or not', async () => {
  const { cpf } = await register();
  const from = somewhere();
  const statuses: number[] = [];
  for (let at = 0; at < 45; at += 1) {
    bed.identity.clock.advance(1000);
    statuses.push((await bed.ask('authenticate', { cpf: cpfOf(50_000 + at) }, { from })).status);
  }
  assert.equal(statuses.indexOf(429), 41, 'forty, and the one that flowed in meanwhile');
  for (const each of [cpf, cpfOf(60_000)]) {
    const { status, headers, body } = await bed.ask('authenticate', { cpf: each }, { from });
    assert.deepEqual([status, body['code']], [429, 'request.rate_limited']);
    assert.ok(Number(headers['retry-after']) > 0);
  }
  const other = await bed.another();
  assert.equal((await other.ask('authenticate', { cpf }, { from })).status, 429, 'on every replica');
  assert.equal((await bed.ask('authenticate', { cpf }, { from: somewhere() })).status, 200, 'nobody else is');
  bed.identity.clock.advance(10 * 60_000);
  assert.equal((await bed.ask('authenticate', { cpf }, { from })).status, 200, 'and not for ever');
});

test('registering tells no more than asking: what is taken counts as a miss', async () => {
  const from = somewhere();
  const taken = await Promise.all(Array.from({ length: 5 }, () => register()));
  const statuses = new Set<number>();
  for (let at = 0; at < 45; at += 1) {
    bed.identity.clock.advance(1000);
    const cpf = taken[at % 5]?.cpf;
    statuses.add((await bed.ask('register', { nome: 'x', email: 'x@example.org', cpf }, { from })).status);
  }
  assert.deepEqual([...statuses], [409, 429]);
});

test('one CPF is not asked for without end, from however many addresses, known or not', async () => {
  const { cpf } = await register();
  for (const each of [cpf, cpfOf(95_000)]) {
    const statuses: number[] = [];
    for (let at = 0; at < 12; at += 1)
      statuses.push((await bed.ask('authenticate', { cpf: each }, { from: `203.0.113.${at}` })).status);
    assert.equal(statuses.filter((status) => status === 429).length, each === cpf ? 3 : 2);
  }
});

test('addresses of one IPv6 subscriber count as one', async () => {
  const statuses = new Set<number>();
  for (let at = 0; at < 62; at += 1)
    statuses.add((await bed.ask('authenticate', {}, { from: `2001:db8:7:7::${at.toString(16)}` })).status);
  assert.deepEqual([...statuses], [200, 429]);
});

test('a token of a customer is validated from the header or the body, with who, what and until when', async () => {
  const { cpf, id } = await register();
  const token = (await bed.ask('authenticate', { cpf }, { from: somewhere() })).body['token'] as string;
  const issuedAt = new Date(Math.floor(bed.identity.clock.now().getTime() / 1000) * 1000);
  const expected = {
    subject: id,
    kind: 'customer',
    scope: 'customer',
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + 3_600_000).toISOString(),
  };
  const headers = { authorization: `Bearer ${token}` };
  for (const answer of [
    await bed.ask('validate', undefined, { headers }),
    await bed.ask('validate', { token }),
    await bed.ask('validate', { token, scope: 'customer' }),
  ])
    assert.deepEqual([answer.status, answer.body], [200, expected]);
  const refused = await bed.ask('validate', { scope: 'kitchen' }, { headers });
  assert.deepEqual([refused.status, refused.body['code']], [403, 'access.forbidden']);
});

test('everything else is 401, and it says to sign in', async () => {
  const { cpf } = await register();
  const token = (await bed.ask('authenticate', { cpf }, { from: somewhere() })).body['token'] as string;
  for (const [raw, headers] of [
    [undefined, {}],
    ['', {}],
    ['{', {}],
    ['[]', {}],
    ['{"token":1}', {}],
    ['{"token":""}', {}],
    [undefined, { authorization: 'Basic YTpi' }],
    [undefined, { authorization: `Bearer ${token} x` }],
    // What is in the header counts, also where the body has something better.
    [JSON.stringify({ token }), { authorization: 'Bearer x' }],
    [JSON.stringify({ token: `${token}x`.repeat(20) }), {}],
    // A scope that cannot be read was asked for all the same.
    ['{"scope":1}', { authorization: `Bearer ${token}` }],
    ['{"escopo":"kitchen"}', { authorization: `Bearer ${token}` }],
  ] as const) {
    const answer = await bed.ask('validate', undefined, { headers, ...(raw === undefined ? {} : { raw }) });
    assert.equal(answer.status, 401, `${raw} ${JSON.stringify(headers)}`);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  }
});
