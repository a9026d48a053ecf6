const pattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const secondsOf = [365 * 86_400, 30 * 86_400, 86_400, 3600, 60, 1];

/** Milliseconds of a duration of ISO 8601 such as PT15M. Undefined for what is none, and for an empty one. */
export const parseDuration = (text: string): number | undefined => {
  const found = pattern.exec(text);
  if (found === null || !/\d/.test(text)) return undefined;
  const seconds = secondsOf.reduce((sum, each, index) => sum + each * Number(found[index + 1] ?? 0), 0);
  return seconds * 1000;
};
