import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { findProgram } from '../src/kernel/system/find-program.ts';
import { waitFor } from './wait.ts';

export const baseDn = 'dc=example,dc=org';
export const readerDn = `cn=reader,${baseDn}`;
export const readerPassword = 'password of the reader';
const rootDn = `cn=root,${baseDn}`;
const rootPassword = 'password of the root';

const find = (command: string): string | undefined =>
  findProgram(command, [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']);

const slapdPath = find('slapd');

/** Why tests against a real directory cannot run here; false when they can. Where CI asks for all, they fail. */
export const withoutSlapd: string | false =
  slapdPath !== undefined || process.env['CI'] === 'true'
    ? false
    : 'NOT TESTED: there is no slapd on this host (Debian: apt-get install slapd)';

export interface Slapd extends AsyncDisposable {
  readonly ldapUrl: string;
  readonly ldapsUrl: string;
  /** The certificate that signed the server's, which is for 127.0.0.1. */
  readonly caFile: string;
  /** Adds an entry below the base: `uid=ada,ou=people`. */
  add(rdn: string, attributes: Readonly<Record<string, string | string[]>>): Promise<void>;
  replace(rdn: string, attribute: string, values: string[]): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const accepts = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });

const makeCertificates = async (folder: string): Promise<void> => {
  const openssl = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const signing = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'extensions',
  ];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signing);
};

const configuration = (folder: string): string =>
  [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    // As some directories are: a name without a password is let in as nobody, and that looks like a success.
    'allow bind_anon_dn',
    `pidfile ${folder}/pid`,
    `TLSCACertificateFile ${folder}/ca.pem`,
    `TLSCertificateFile ${folder}/server.pem`,
    `TLSCertificateKeyFile ${folder}/server.key`,
    'database mdb',
    `directory ${folder}/data`,
    `suffix "${baseDn}"`,
    `rootdn "${rootDn}"`,
    `rootpw "${rootPassword}"`,
    // Only the reader may look around; everybody else may prove a password and nothing more.
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${readerDn}" read by * none`,
    'overlay memberof',
    '',
  ].join('\n');

/** A real OpenLDAP server with a folder and ports of its own. It ends with the process that started it. */
export const startSlapd = async (): Promise<Slapd> => {
  if (slapdPath === undefined) throw new Error('There is no slapd on this host.');
  const slapd = slapdPath;
  const folder = await mkdtemp(join(tmpdir(), 'dumont-slapd-'));
  await chmod(folder, 0o700);
  await mkdir(join(folder, 'data'));
  await makeCertificates(folder);
  await writeFile(join(folder, 'slapd.conf'), configuration(folder));
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const ldapUrl = `ldap://127.0.0.1:${plainPort}`;
  const ldapsUrl = `ldaps://127.0.0.1:${tlsPort}`;

  let end: (() => Promise<void>) | undefined;
  const start = async (): Promise<void> => {
    const args = ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', `${ldapUrl} ${ldapsUrl}`];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', slapd, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    end = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    await waitFor('slapd', async () => {
      if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}: ${said}`);
      return (await accepts(plainPort)) && (await accepts(tlsPort));
    });
  };
  const stop = async (): Promise<void> => {
    await end?.();
    end = undefined;
  };
  const asRoot = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({ url: ldapUrl });
    try {
      await client.bind(rootDn, rootPassword);
      await work(client);
    } finally {
      await client.unbind();
    }
  };
  const add: Slapd['add'] = (rdn, attributes) =>
    asRoot((client) => client.add(rdn === '' ? baseDn : `${rdn},${baseDn}`, { ...attributes }));

  await start();
  await add('', { objectClass: ['dcObject', 'organization'], o: 'Example' });
  for (const ou of ['people', 'groups']) await add(`ou=${ou}`, { objectClass: 'organizationalUnit' });
  await add('cn=reader', {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    userPassword: readerPassword,
  });
  return {
    ldapUrl,
    ldapsUrl,
    caFile: join(folder, 'ca.pem'),
    add,
    replace: (rdn, attribute, values) =>
      asRoot(async (client) => {
        const modification = new Attribute({ type: attribute, values });
        await client.modify(`${rdn},${baseDn}`, new Change({ operation: 'replace', modification }));
      }),
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
