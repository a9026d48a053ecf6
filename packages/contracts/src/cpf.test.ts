import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeCpf, cpfShape, formatCpf, isCpf, maskCpf, parseCpf } from './cpf.ts';

/** A generator with a seed, so that a failure comes back. */
const seeded = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const someCpfs = (count: number): readonly string[] => {
  const next = seeded(20_260_701);
  return Array.from({ length: count }, () =>
    completeCpf(String(next(1_000_000_000)).padStart(9, '0')),
  ).filter((cpf) => !/^(\d)\1{10}$/.test(cpf));
};

test('a CPF is taken with signs and without, with its leading zeros', () => {
  for (const [text, digits] of [
    ['52998224725', '52998224725'],
    ['529.982.247-25', '52998224725'],
    ['11144477735', '11144477735'],
    ['12345678909', '12345678909'],
    ['00000000191', '00000000191'],
    [' 529 982 247/25\n', '52998224725'],
  ] as const)
    assert.equal(parseCpf(text), digits, text);
});

test('wrong check digits, too few or many digits, and nothing at all are none', () => {
  for (const text of [
    '12345678900',
    '12345678901',
    '12345678910',
    '1234567890',
    '123456789090',
    '',
    '...-',
    '５２９９８２２４７２５',
  ])
    assert.equal(parseCpf(text), undefined, text);
  assert.equal(isCpf('529.982.247-25'), false);
  assert.equal(isCpf('52998224725\n'), false);
});

test('none of the ten repeated digits is a CPF, though their check digits are right', () => {
  for (let digit = 0; digit <= 9; digit += 1) {
    const text = String(digit).repeat(11);
    assert.equal(completeCpf(text.slice(0, 9)), text);
    assert.equal(parseCpf(text), undefined, text);
  }
});

test('each of many generated ones is taken, written and read back', () => {
  for (const cpf of someCpfs(2000)) {
    assert.match(cpf, cpfShape);
    assert.equal(parseCpf(cpf), cpf);
    assert.match(formatCpf(cpf), /^\d{3}\.\d{3}\.\d{3}-\d{2}$/);
    assert.equal(parseCpf(formatCpf(cpf)), cpf);
  }
});

test('one digit wrong makes it none, whichever it is', () => {
  for (const cpf of someCpfs(200))
    for (let at = 0; at < 11; at += 1) {
      const other = (Number(cpf[at]) + 1) % 10;
      const wrong = `${cpf.slice(0, at)}${other}${cpf.slice(at + 1)}`;
      // Of a remainder of 0 and of 1 the check digit is 0 alike: there the rule itself cannot tell.
      if (completeCpf(wrong.slice(0, 9)) !== wrong) assert.equal(parseCpf(wrong), undefined, wrong);
    }
});

test('a mask shows neither the first three digits nor the check digits, nor anything of what is none', () => {
  assert.equal(maskCpf('52998224725'), '***.982.247-**');
  assert.equal(maskCpf('529.982.247-25'), '***');
  assert.equal(maskCpf('5299822472'), '***');
  assert.equal(formatCpf('not one'), 'not one');
  for (const cpf of someCpfs(200)) assert.ok(!maskCpf(cpf).includes(cpf.slice(0, 3) + cpf.slice(3, 6)));
});
