import type { Consent, GivenConsent } from '@dumont/contracts/customers/customers';

/** Consents with their times: one to the same version of the same text was given when it was first given. */
export const stampConsents = (
  given: readonly GivenConsent[],
  before: readonly Consent[],
  now: Date,
): readonly Consent[] =>
  given.map(({ purpose, version }) => ({
    purpose,
    version,
    at: before.find((each) => each.purpose === purpose && each.version === version)?.at ?? now.toISOString(),
  }));
