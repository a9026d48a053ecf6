/** One field of an EMV code: two digits that name it, two that count its characters, its value. */
const field = (id: string, value: string): string => {
  if (value.length > 99)
    throw new Error(`field ${id} of an EMV code holds 99 characters, not ${value.length}`);
  return `${id}${String(value.length).padStart(2, '0')}${value}`;
};

/** CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected. Four hexadecimal digits in capitals. */
export const crc16 = (text: string): string => {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
};

/** Letters, digits and spaces in capitals without accents: what every reader of codes can print. */
const plain = (text: string, length: number): string =>
  text
    .normalize('NFD')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .toUpperCase()
    .slice(0, length)
    .trim();

export interface Merchant {
  readonly name: string;
  readonly city: string;
  /** Eight digits. */
  readonly postalCode: string;
}

/**
 * The text of a dynamic QR code as Mercado Pago gives it in Brazil: a BR Code that is good for one payment (12), whose
 * amount is behind the identifier and not in the text.
 */
export const qrData = (qrId: string, merchant: Merchant): string => {
  const head = [
    field('00', '01'),
    field('01', '12'),
    field('26', field('00', 'br.gov.bcb.pix') + field('01', qrId)),
    field('52', '0000'),
    field('53', '986'),
    field('58', 'BR'),
    field('59', plain(merchant.name, 25)),
    field('60', plain(merchant.city, 15)),
    field('61', merchant.postalCode),
    field('62', field('05', '***')),
    '6304',
  ].join('');
  return head + crc16(head);
};
