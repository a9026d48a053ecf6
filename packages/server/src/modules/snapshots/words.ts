const steps = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.5 MB`: decimal units, as disks and links are sold. */
export const sizeText = (bytes: number): string => {
  let value = bytes;
  let step = 0;
  // What would be rounded up to a thousand is one of the next.
  while (step < steps.length - 1 && value >= (step === 0 ? 1000 : 999.95)) {
    value /= 1000;
    step += 1;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${steps[step]}`;
};

/** `5 min ago`. */
export const agoText = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
};
