const states = [
  [0, 'The execution files were not generated.', false],
  [1, 'The execution files are up to date.', true],
  [-1, 'The execution files could not be generated.', false],
  [-2, 'The execution files were deleted.', false],
  [-3, 'The execution files are of an older solution.', true],
] as const;

const byNumber = new Map(states.map(([number, text, isKept]) => [number as number, { text, isKept }]));

export const fileStatuses: ReadonlySet<number> = new Set(byNumber.keys());
export const fileStatus = (number: number): { readonly text: string; readonly isKept: boolean } => {
  const found = byNumber.get(number);
  if (found === undefined) throw new Error(`no files are in state ${number}`);
  return found;
};
