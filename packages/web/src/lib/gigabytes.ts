/** Memory as providers count it, and as machines are sold: 1,024 MB to the GB. */
export const gigabytes = (megabytes: number): number => Math.round(megabytes / 1024);
