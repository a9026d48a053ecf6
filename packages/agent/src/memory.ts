export interface Memory {
  readonly usedMb: number;
  readonly totalMb: number;
}

const megabyte = 1e6;

/**
 * @param meminfo the text of /proc/meminfo: of the whole host
 * @param own bytes that this container may use and uses; undefined where it has no limit of its own
 */
export const readMemory = (
  meminfo: string,
  own: { readonly limit: number; readonly used: number } | undefined,
): Memory | undefined => {
  const field = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const total = field('MemTotal');
  const available = field('MemAvailable');
  if (total === undefined || available === undefined) return undefined;
  if (own !== undefined && own.limit < total)
    return { usedMb: own.used / megabyte, totalMb: own.limit / megabyte };
  return { usedMb: (total - available) / megabyte, totalMb: total / megabyte };
};
