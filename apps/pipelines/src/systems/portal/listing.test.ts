import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLoginForm } from './html.ts';
import { dayIn, parseList, safeFileName } from './listing.ts';

const page = 'https://portal.example/area/arquivos';

test('a day is found in the forms that file names use', () => {
  for (const text of [
    'x_2025-10-31.csv',
    'x 31/10/2025',
    'x_31-10-2025',
    'x_31.10.2025',
    'x20251031',
    'X_31102025_2',
  ])
    assert.equal(dayIn(text), '2025-10-31', text);
  for (const text of ['x', '31/02/2025', '123456789', '00000000']) assert.equal(dayIn(text), undefined, text);
});

test('a name cannot lead out of the folder', () => {
  assert.equal(safeFileName('../../etc/passwd'), 'passwd');
  assert.equal(safeFileName('..\\..\\x.csv'), 'x.csv');
  assert.equal(safeFileName('..'), undefined);
  assert.equal(safeFileName('a:b|c.csv'), 'a_b_c.csv');
  const { entries } = parseList('[{"name": "../../x.csv", "url": "/f"}]', page);
  assert.equal(entries[0]?.name, 'x.csv');
});

test('a list is read from a table of links, with days and funds beside them', () => {
  const { entries, next } = parseList(
    `<table><tr><td>31/10/2025</td><td>00.017.024/0001-53</td><td><a href="../baixar?id=7&amp;t=1">carteira.xlsx</a></td></tr></table>
     <a href="javascript:void(0)">x</a> <a rel="next" href="?p=2">mais</a>`,
    page,
  );
  assert.deepEqual(entries, [
    {
      name: 'carteira.xlsx',
      url: 'https://portal.example/baixar?id=7&t=1',
      day: '2025-10-31',
      cnpj: '00017024000153',
      sizeBytes: undefined,
      sha256: undefined,
    },
  ]);
  assert.equal(next, 'https://portal.example/area/arquivos?p=2');
});

test('a list is read from JSON', () => {
  const { entries, next } = parseList(
    '{"files": [{"name": "a.csv", "url": "/a", "size": 3, "date": "31/10/2025"}, 5]}',
    page,
  );
  assert.deepEqual(
    [entries.length, entries[0]?.sizeBytes, entries[0]?.day, next],
    [1, 3, '2025-10-31', undefined],
  );
  assert.throws(() => parseList('{"erro": 1}', page), /no files in it/);
});

test('the form with the password is found among others, with its hidden fields', () => {
  const form = findLoginForm(
    `<form action="/busca"><input name=q></form>
     <FORM METHOD="POST" action='/entrar?a=1&amp;b=2'><input type=hidden name=token value="x&quot;y">
     <input type="email" name="login"><input type=password name='senha'></FORM>`,
  );
  assert.deepEqual(form, {
    action: '/entrar?a=1&b=2',
    method: 'post',
    userField: 'login',
    passwordField: 'senha',
    hidden: { token: 'x"y' },
  });
  assert.equal(findLoginForm('<form><input name=q></form>'), undefined);
});
