/** Below what is read from a socket at once: what the driver must put together first it copies several times. */
export const sliceBytes = 48 * 1024;
/** 24 MB: what sixteen who read a megabyte each have in their hands. */
const mostFree = 512;

const free: Buffer[] = [];
const lent = new WeakMap<ArrayBufferLike, Buffer>();

/**
 * A copy of these bytes, in memory that is used again once it was given back. V8 collects the whole heap for each few
 * dozen megabytes that come and go outside of it: half of what reading a document of a megabyte cost.
 */
export const lendSlice = (bytes: Buffer): Buffer => {
  if (bytes.length > sliceBytes || bytes.length < sliceBytes / 2) return Buffer.from(bytes);
  const whole = free.pop() ?? Buffer.allocUnsafeSlow(sliceBytes);
  lent.set(whole.buffer, whole);
  bytes.copy(whole);
  return whole.subarray(0, bytes.length);
};

/**
 * Gives the memory of a slice back. Only who knows that nobody reads it any more may: somebody else's bytes are there
 * next. What is never given back is collected as any other memory; what was not lent stays as it is.
 */
export const giveBackSlice = (slice: Buffer): void => {
  const whole = lent.get(slice.buffer);
  if (whole === undefined) return;
  lent.delete(slice.buffer);
  if (free.length < mostFree) free.push(whole);
};
