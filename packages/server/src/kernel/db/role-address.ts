/** The database's address for another role; `socketFolder` where that one reaches it by another socket than we. */
export const roleAddress = (
  databaseUrl: string,
  as: { readonly role: string; readonly password: string; readonly socketFolder: string | undefined },
): string => {
  const user = `${as.role}:${encodeURIComponent(as.password)}`;
  const address = databaseUrl.replace(/^([a-z]+:\/\/)(?:[^@/]*@)?/, `$1${user}@`);
  if (as.socketFolder === undefined) return address;
  return address.replace(/@[^/?]*/, `@${encodeURIComponent(as.socketFolder)}`);
};
