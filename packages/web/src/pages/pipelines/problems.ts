/** What stands in the way of a run, told apart so that it can be worded here and lead to where it is mended. */
export type SystemProblem =
  | { readonly kind: 'off' }
  | { readonly kind: 'credential'; readonly name: string }
  /** `reason`: null where no folder is set. */
  | { readonly kind: 'path'; readonly name: string; readonly reason: string | null }
  | { readonly kind: 'other'; readonly text: string };

/** Reads the few sentences that the server has for it; others are kept as they are. */
export const readProblem = (text: string): SystemProblem => {
  if (/^The system \S+ is switched off\./.test(text)) return { kind: 'off' };
  const credential = /^The system \S+ needs the credential (\S+)\. /.exec(text)?.[1];
  if (credential !== undefined) return { kind: 'credential', name: credential };
  const [, name, reason] = /^([a-z][a-z0-9_-]*): (.+)$/s.exec(text) ?? [];
  if (name === undefined || reason === undefined) return { kind: 'other', text };
  return { kind: 'path', name, reason: reason.startsWith('no folder is set') ? null : reason };
};
