const mask = '********';

/** Replaces secrets in what restic says: itself it hides passwords of addresses, errors of a library may not. */
export const createRedaction = (secrets: readonly string[]): ((text: string) => string) => {
  const known = secrets
    .flatMap((secret) => (secret.length < 4 ? [] : [secret, encodeURIComponent(secret)]))
    .toSorted((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce((clean, secret) => clean.replaceAll(secret, mask), text)
      .replaceAll(/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, `$1:${mask}@`);
};
