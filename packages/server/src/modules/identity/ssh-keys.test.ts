import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { addPerson, call, callerOf, coded, createBed, plain } from './identity-test-kit.ts';
import { parseSshPublicKey } from './ssh-public-key.ts';

const field = (bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
const lineOf = (algorithm: string, ...fields: readonly (Buffer | string)[]): string =>
  `${algorithm} ${Buffer.concat([field(algorithm), ...fields.map(field)]).toString('base64')}`;
const ed25519 = (): string => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return lineOf('ssh-ed25519', Buffer.from(x, 'base64url'));
};
const rsa = (bits: number): string => {
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
  return lineOf('ssh-rsa', Buffer.from([1, 0, 1]), modulus);
};
const ecdsa = (): string => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return lineOf('ecdsa-sha2-nistp256', 'nistp256', point);
};

test('a fingerprint is the one that ssh-keygen shows', () => {
  // OpenSSH's published host key of github.com and its documented fingerprint.
  const key = parseSshPublicKey(
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl comment here',
  );
  assert.equal(key.fingerprint, 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  assert.ok(!key.line.includes('comment'));
});

test('keys of the usual algorithms are taken', () => {
  for (const line of [ed25519(), rsa(2048), ecdsa()]) {
    const key = parseSshPublicKey(`  ${line} me@laptop\n`);
    const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
    assert.equal(key.fingerprint, `SHA256:${digest}`);
  }
});

test('what is not a public key of enough strength is refused with a reason', () => {
  const good = ed25519();
  const [, encoded = ''] = good.split(' ');
  const refused: Record<string, string> = {
    'private key': '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----',
    'one line': `${good}\n${good}`,
    'start with': `command="reboot" ${good}`,
    'not base64': 'ssh-ed25519 not*base64',
    'cut off': `ssh-ed25519 ${encoded.slice(0, 40)}`,
    'another algorithm': good.replace('ssh-ed25519', 'ssh-rsa'),
    '2048 bits': rsa(1024),
    '32 bytes': lineOf('ssh-ed25519', 'short'),
    'of the curve': lineOf('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4)),
  };
  for (const [reason, line] of Object.entries(refused)) {
    assert.throws(
      () => parseSshPublicKey(line),
      (error: Error) => {
        assert.ok(error.message.includes(reason), `${reason}: ${error.message}`);
        return coded('ssh_key.invalid')(error);
      },
    );
  }
});

test('a key belongs to one user, who alone removes it', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const admin = await callerOf(identity);
  const ada = await addPerson(identity, 'ada');
  const caller = await callerOf(identity, ada.email, ada.password);
  const body = { name: 'laptop', publicKey: ed25519() };
  const made = await plain(call(identity, 'createSshKey', { caller, body }));
  await assert.rejects(call(identity, 'createSshKey', { caller: admin, body }), coded('ssh_key.taken'));
  const params = { id: made.id };
  await assert.rejects(call(identity, 'deleteSshKey', { caller: admin, params }), coded('ssh_key.not_found'));
  assert.deepEqual((await plain(call(identity, 'listSshKeys', { caller }))).items, [made]);
  await call(identity, 'deleteSshKey', { caller, params });
  assert.deepEqual((await plain(call(identity, 'listSshKeys', { caller }))).items, []);
});
