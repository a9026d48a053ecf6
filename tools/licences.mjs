// Writes docs/licences.md from the lockfile.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printLicences, readLicences } from './check/licence-table.mjs';
import { root } from './root.mjs';

const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
writeFileSync(join(root, 'docs/licences.md'), printLicences(readLicences(lockfile)));
