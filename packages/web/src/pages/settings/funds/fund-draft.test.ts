import { expect, test } from 'vitest';
import { countSelected, isSelected, noChanges, selectionOf, withFunds } from './fund-draft.ts';

const saved = { cnpj: '1', selected: true };
const other = { cnpj: '2', selected: false };

test('funds on pages that were never read stay selected', () => {
  const draft = withFunds(noChanges, [other], true);
  expect(selectionOf(draft, ['1', '9']).toSorted()).toEqual(['1', '2', '9']);
  expect(countSelected(draft, 2)).toBe(3);
});

test('a change that is taken back counts nothing', () => {
  const draft = withFunds(withFunds(noChanges, [saved], false), [saved], true);
  expect(isSelected(draft, saved)).toBe(true);
  expect(countSelected(draft, 1)).toBe(1);
});

test('after clearing, only what is chosen again is selected', () => {
  const cleared = { cleared: true, changes: new Map() };
  expect(isSelected(cleared, saved)).toBe(false);
  expect(countSelected(cleared, 5)).toBe(0);
  const draft = withFunds(cleared, [saved], true);
  expect(countSelected(draft, 5)).toBe(1);
  expect(selectionOf(draft, ['1', '9'])).toEqual(['1']);
});
