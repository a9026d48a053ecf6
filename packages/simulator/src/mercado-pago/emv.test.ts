import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc16, qrData } from './emv.ts';

/** Codes that Mercado Pago gave to others, as they were published. */
const published = [
  '00020101021243650016COM.MERCADOLIBRE0201306368d2d0b8d-dcef-43d1-9f20-7ac300945f395204000053039865802BR5908Snackhub6009SAO PAULO62070503***630425EC',
  '00020101021243650016COM.MERCADOLIBRE020130636a0eae50a-e0a6-4d08-8d5b-b7e4bcf793045204000053039865802BR5913Andrew Soares6009SAO PAULO62070503***63040655',
  '00020101021243650016com.mercadolibre020130636d9a26148-00fc-48db-a090-51a9b19f9f465011000711111115204970053030325802AR5909Test Test6004CABA63047859',
];

const read = (text: string): Map<string, string> => {
  const fields = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const length = Number(text.slice(at + 2, at + 4));
    const value = text.slice(at + 4, at + 4 + length);
    assert.equal(value.length, length, `field ${text.slice(at, at + 2)} is whole`);
    fields.set(text.slice(at, at + 2), value);
    at += 4 + length;
  }
  return fields;
};

test('the checksum is that of the published codes and of the check value of CRC-16/CCITT-FALSE', () => {
  assert.equal(crc16('123456789'), '29B1');
  assert.equal(crc16(''), 'FFFF');
  for (const code of published) assert.equal(crc16(code.slice(0, -4)), code.slice(-4));
});

test('a code names itself, its merchant and nothing else, and ends in its checksum', () => {
  const qrId = '8ee55a9c-7db3-41e0-a8cd-fbff4d4765b5';
  const code = qrData(qrId, {
    name: 'Lanchonete São João da Praça Central',
    city: 'São Paulo',
    postalCode: '80510040',
  });
  const fields = read(code);
  assert.deepEqual([...fields.keys()], ['00', '01', '26', '52', '53', '58', '59', '60', '61', '62', '63']);
  assert.equal(fields.get('01'), '12');
  assert.equal(read(fields.get('26') ?? '').get('01'), qrId);
  assert.equal(fields.get('53'), '986');
  assert.equal(fields.get('59'), 'LANCHONETE SAO JOAO DA PR');
  assert.equal(fields.get('60'), 'SAO PAULO');
  assert.equal(fields.get('63'), crc16(code.slice(0, -4)));
});
