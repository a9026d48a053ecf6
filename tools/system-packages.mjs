import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first is the same browser without what nobody sees of it: a test takes half of the time. */
const chromiumCommands = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/**
 * The Debian packages that the product and its tests use, and what each is for. `provides` names commands or
 * absolute paths: a host that has one of them in another way does not need the package. `debconf` answers a question
 * of the package before it is asked.
 */
export const systemPackages = [
  { name: 'bubblewrap', provides: ['bwrap'], purpose: 'the sandbox of runs', neededBy: ['start', 'test'] },
  { name: 'restic', provides: ['restic'], purpose: 'snapshots of machines', neededBy: ['start', 'test'] },
  {
    name: 'openssh-sftp-server',
    provides: ['/usr/lib/openssh/sftp-server'],
    purpose: 'files over SSH to simulated machines',
    neededBy: ['start', 'test'],
  },
  {
    name: 'chromium-headless-shell',
    provides: chromiumCommands,
    purpose: 'browser tests',
    neededBy: ['test', 'e2e'],
  },
  {
    name: 'fonts-liberation',
    provides: ['/usr/share/fonts/truetype/liberation'],
    purpose: 'text in browser tests',
    neededBy: ['test', 'e2e'],
  },
  { name: 'coinor-cbc', provides: ['cbc'], purpose: 'native solvers in tests', neededBy: ['test'] },
  { name: 'glpk-utils', provides: ['glpsol'], purpose: 'native solvers in tests', neededBy: ['test'] },
  {
    name: 'haproxy',
    provides: ['haproxy', '/usr/sbin/haproxy'],
    purpose: 'tests of HAProxy as a data plane of the gateway',
    neededBy: ['test'],
  },
  {
    name: 'nginx',
    provides: ['nginx', '/usr/sbin/nginx'],
    purpose: 'tests of configurations for nginx',
    neededBy: ['test'],
  },
  {
    name: 'prometheus',
    provides: ['prometheus'],
    purpose: 'tests of alert rules and dashboards',
    neededBy: ['test'],
  },
  {
    name: 'prometheus-alertmanager',
    provides: ['prometheus-alertmanager', 'alertmanager'],
    purpose: 'tests of the routes of alerts',
    neededBy: ['test'],
  },
  { name: 'openssl', provides: ['openssl'], purpose: 'certificates in tests', neededBy: ['test'] },
  {
    name: 'slapd',
    provides: ['slapd', '/usr/sbin/slapd'],
    purpose: 'tests of sign-in with a directory',
    neededBy: ['test'],
    // Without an answer the package makes a directory of its own and starts it on port 389.
    debconf: 'slapd slapd/no_configuration boolean true',
  },
];

/** What of it a command needs and this host has not. */
export function missingSystemPackages(command) {
  return systemPackages.filter(
    ({ neededBy, provides }) => neededBy.includes(command) && !provides.some(isProvided),
  );
}

const isProvided = (name) => (name.startsWith('/') ? existsSync(name) : findCommand(name) !== undefined);

/** The browser for tests, or undefined. */
export const findChromium = () => chromiumCommands.map(findCommand).find((path) => path !== undefined);

/** The path of a command on PATH, or undefined. */
export function findCommand(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
