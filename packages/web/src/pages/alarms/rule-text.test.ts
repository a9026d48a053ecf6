import { builtInRuleTexts } from '@dumont/contracts/alarms/built-in-rules';
import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import { showRuleDescription, showRuleName } from './rule-text.ts';

beforeAll(() => startI18n('pt-BR', ['alarms']));

test('a rule that ships is shown in the language of the page, one that was renamed by its name', () => {
  const t = i18next.getFixedT('pt-BR', 'alarms');
  const { name, description } = builtInRuleTexts['error-rate'];
  expect(showRuleName(name, t)).toBe('Muitas requisições falham');
  expect(showRuleDescription(description, t)).toMatch(/^Mais de uma em cada vinte requisições/);
  expect([showRuleName('Erros demais', t), showRuleDescription('', t)]).toEqual(['Erros demais', '']);
});
