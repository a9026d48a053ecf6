import type { Findings } from '../src/lib/app.ts';
import { checkAmounts } from './check-amounts.ts';
import { checkReach } from './check-reach.ts';
import { checkReferences } from './check-references.ts';
import type { Instance } from './data.ts';

/** Faults of the data by table; see `schemas/instance_checks.json`. */
export const checkInstance = (instance: Instance): Findings => ({
  ...checkReferences(instance),
  ...checkAmounts(instance),
  ...checkReach(instance),
});
