/** Money is whole cents inside, `12.90` on the wire and in the database: never a fraction of floating point. */

const shape = /^(\d{1,10})\.(\d{2})$/;

/** `12.90` to 1290; undefined for anything else: `12.9`, `12,90`, ` 12.90` and negative amounts are none. */
export const parseMoney = (text: string): number | undefined => {
  const match = shape.exec(text);
  return match === null ? undefined : Number(match[1]) * 100 + Number(match[2]);
};

/** 1290 to `12.90`. */
export const formatMoney = (cents: number): string => {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** What a list of items costs together. */
export const totalCents = (items: readonly { unitCents: number; quantity: number }[]): number =>
  items.reduce((total, { unitCents, quantity }) => total + unitCents * quantity, 0);
