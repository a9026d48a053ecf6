const tabs = ['executions', 'instances', 'cases', 'apps'] as const;
export type OptimizationTab = (typeof tabs)[number];

/** What the address of the Optimization page carries. */
export interface OptimizationSearch {
  /** `executions` unless said. */
  readonly tab?: OptimizationTab | undefined;
  /** Only of this app. */
  readonly app?: string | undefined;
  /** Only with this in the name. */
  readonly name?: string | undefined;
  /** Cursors of the pages before this one; see `Pagination`. */
  readonly pages?: readonly string[] | undefined;
}

const longestName = 200;

/** Reads an address; what the server would refuse is dropped, and is there as undefined. */
export const validateOptimizationSearch = (raw: Record<string, unknown>): OptimizationSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter(
        (page): page is string => typeof page === 'string' && /^[A-Za-z0-9_-]{1,300}$/.test(page),
      )
    : [];
  const { app, name } = raw;
  return {
    tab: tabs.find((tab) => tab === raw['tab']),
    app: typeof app === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(app) ? app : undefined,
    name: typeof name === 'string' && name.trim() !== '' ? name.slice(0, longestName) : undefined,
    pages: pages.length === 0 ? undefined : pages,
  };
};

const executionTabs = ['solution', 'checks', 'kpis', 'compare', 'log', 'config'] as const;
export type ExecutionTab = (typeof executionTabs)[number];

export interface ExecutionSearch {
  /** Undefined: what matters now, the log while it works and then the solution. */
  readonly tab?: ExecutionTab | undefined;
  /** An execution that it is compared with. */
  readonly with?: string | undefined;
}

const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value : undefined;

export const validateExecutionSearch = (raw: Record<string, unknown>): ExecutionSearch => ({
  tab: executionTabs.find((each) => each === raw['tab']),
  with: idIn(raw['with']),
});

export interface CaseSearch {
  /** A case that it is compared with. */
  readonly with?: string | undefined;
}

export const validateCaseSearch = (raw: Record<string, unknown>): CaseSearch => ({
  with: idIn(raw['with']),
});
