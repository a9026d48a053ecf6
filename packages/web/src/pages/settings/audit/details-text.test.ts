import { expect, test } from 'vitest';
import { auditWords as english } from '../../../i18n/en/audit-words.ts';
import { auditWords as portuguese } from '../../../i18n/pt-BR/audit-words.ts';
import { detailsText } from './details-text.ts';

const formats = { money: (amount: string) => `R$ ${amount}`, time: (moment: string) => `<${moment}>` };

test('an entry tells its details in words, and what was before', () => {
  const details = { name: 'X-Burguer', price: '19.50', available: false, before: { price: '24.90' } };
  expect(detailsText(details, portuguese, formats)).toBe(
    'nome: X-Burguer, preço: R$ 19.50, no cardápio: não, antes: (preço: R$ 24.90)',
  );
  expect(detailsText({ number: 7, state: 'ready', outcome: 'unknown' }, english, formats)).toBe(
    'number: 7, state: ready, outcome: not known: no answer came',
  );
  expect(detailsText({ expiresAt: '2027-11-22T03:20:34.848Z' }, english, formats)).toBe(
    'expires: <2027-11-22T03:20:34.848Z>',
  );
  const limited = { path: '/r', rateLimit: { perSeconds: 1 }, before: { rateLimit: null, methods: [] } };
  expect(detailsText(limited, portuguese, formats)).toBe(
    'caminho: /r, limite: (em segundos: 1), antes: (limite: –, métodos: –)',
  );
  expect(detailsText({ fields: ['name', 'email'] }, portuguese, formats)).toBe('campos: nome, e-mail');
});

test('what people called something stays as they called it, and what has no word is told as it is', () => {
  expect(detailsText({ name: 'ready', price: '1.00', constructor: 1 }, portuguese, formats)).toBe(
    'nome: ready, preço: R$ 1.00, constructor: 1',
  );
});
