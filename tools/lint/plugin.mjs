import { environmentInKernelOnly } from './environment.mjs';
import { moduleBoundaries } from './module-boundaries.mjs';
import { clockInKernelOnly } from './real-time.mjs';
import { sqlInStoresOnly } from './sql-in-stores-only.mjs';
import { noSsh2ClientOutsideWrapper } from './ssh-client.mjs';
import { sqlOfOwnTables } from './sql-of-own-tables.mjs';
import { suppressionNeedsReason } from './suppression-needs-reason.mjs';

/** Our own rules, loaded by oxlint: what ARCHITECTURE.md says of directions, time and the environment. */
export default {
  meta: { name: 'dumont' },
  rules: {
    'clock-in-kernel-only': clockInKernelOnly,
    'environment-in-kernel-only': environmentInKernelOnly,
    'module-boundaries': moduleBoundaries,
    'no-ssh2-client-outside-wrapper': noSsh2ClientOutsideWrapper,
    'sql-in-stores-only': sqlInStoresOnly,
    'sql-of-own-tables': sqlOfOwnTables,
    'suppression-needs-reason': suppressionNeedsReason,
  },
};
