/** A fund as the list shows it. */
export interface ListedFund {
  readonly cnpj: string;
  /** As the server has it. */
  readonly selected: boolean;
}

/**
 * A selection that is not saved yet: what differs from the server's. Pages that were never read need no place in
 * it, so that it works for any number of funds.
 */
export interface FundDraft {
  /** True once everything was cleared: then nothing is selected but `changes`. */
  readonly cleared: boolean;
  readonly changes: ReadonlyMap<string, { readonly on: boolean; readonly was: boolean }>;
}

export const noChanges: FundDraft = { cleared: false, changes: new Map() };

export const isSelected = (draft: FundDraft, fund: ListedFund): boolean =>
  draft.changes.get(fund.cnpj)?.on ?? (!draft.cleared && fund.selected);

export const withFunds = (draft: FundDraft, funds: readonly ListedFund[], on: boolean): FundDraft => {
  const changes = new Map(draft.changes);
  for (const { cnpj, selected } of funds) changes.set(cnpj, { on, was: selected });
  return { ...draft, changes };
};

/** How many are selected, given how many the server has. */
export const countSelected = (draft: FundDraft, saved: number): number => {
  let count = draft.cleared ? 0 : saved;
  for (const { on, was } of draft.changes.values()) {
    count += Number(on) - Number(!draft.cleared && was);
  }
  return count;
};

/** What is to be saved, given every fund that the server has selected. */
export const selectionOf = (draft: FundDraft, saved: readonly string[]): string[] => {
  const selection = new Set(draft.cleared ? [] : saved);
  for (const [cnpj, { on }] of draft.changes) {
    if (on) selection.add(cnpj);
    else selection.delete(cnpj);
  }
  return [...selection];
};
