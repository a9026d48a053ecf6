export type Level = 'none' | 'own' | 'all';

/** What a role's grants give of one permission. `*` gives everything. */
export const levelOf = (grants: readonly string[], permission: string): Level => {
  if (grants.includes('*') || grants.includes(permission)) return 'all';
  return grants.includes(`${permission}:own`) ? 'own' : 'none';
};

/** The grants after a permission was given another level. */
export const withLevel = (grants: readonly string[], permission: string, level: Level): string[] => [
  ...grants.filter((grant) => grant !== permission && grant !== `${permission}:own`),
  ...(level === 'all' ? [permission] : level === 'own' ? [`${permission}:own`] : []),
];
