/** What the lists under Settings are filtered by, as the address carries it. */
export interface SettingsSearch {
  /** Users and funds by words. */
  readonly q?: string | undefined;
  /** Audit: what was done, and by whom. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** Funds: of which system. */
  readonly system?: string | undefined;
  /** Members: of which project. */
  readonly project?: string | undefined;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[] | undefined;
}

const matching = (value: unknown, pattern: RegExp): string | undefined => {
  // The router reads digits in an address as a number.
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && pattern.test(text) ? text : undefined;
};
const uuid = /^[0-9a-f-]{36}$/;

/** Reads an address; what the server would refuse is dropped. Every key is answered: see the README. */
export const validateSettingsSearch = (raw: Record<string, unknown>): SettingsSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter((page): page is string => matching(page, /^[A-Za-z0-9_-]{1,300}$/) !== undefined)
    : [];
  return {
    q: matching(raw['q'], /^.{1,200}$/u),
    action: matching(raw['action'], /^[a-z_.]{1,100}$/),
    actor: matching(raw['actor'], uuid),
    system: matching(raw['system'], /^[a-z0-9_-]{1,64}$/),
    project: matching(raw['project'], uuid),
    pages: pages.length === 0 ? undefined : pages,
  };
};
