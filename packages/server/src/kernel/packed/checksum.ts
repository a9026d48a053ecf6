/**
 * Checksums of gzip (CRC-32, RFC 1952) are remainders of polynomials over GF(2) by this one; the highest bit of a
 * number is the coefficient of x⁰.
 */
const divisor = 0xed_b8_83_20;
const one = 0x80_00_00_00;

/** Remainder of a · b. */
const multiply = (a: number, b: number): number => {
  let product = 0;
  let shifted = b;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ divisor;
  }
  return product >>> 0;
};

/** Remainder of x to the power of 8 · `bytes`: what so many bytes of zeros behind a message make of its checksum. */
const shiftOf = (bytes: number): number => {
  let power = one;
  // x⁸, and then its squares.
  let square = one >>> 8;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
};

/** The checksum of one message behind another, of both checksums and the length of the second in bytes. */
export const joinChecksums = (first: number, second: number, secondBytes: number): number =>
  (multiply(first, shiftOf(secondBytes)) ^ second) >>> 0;
