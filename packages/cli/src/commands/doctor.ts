import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { examine, type Finding } from '../doctor/examine.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Style, Tone } from '../output/style.ts';
import { harmless } from '../output/text.ts';

const looks: Readonly<Record<Finding['state'], readonly [tone: Tone, sign: string, word: string]>> = {
  ok: ['good', '✓', 'ok'],
  warning: ['warning', '!', 'warning'],
  failed: ['bad', '✗', 'failed'],
  skipped: ['quiet', '·', 'skipped'],
};

const format = (findings: readonly Finding[], style: Style): string => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, state, finding, remedy }) => {
    const [tone, sign, word] = looks[state];
    const mark = style.paint(tone, style.signs ? `${sign} ${word.padEnd(7)}` : word.padEnd(7));
    const line = `${mark}  ${harmless(name).padEnd(width)}  ${harmless(finding)}`;
    const indent = ' '.repeat((style.signs ? 9 : 7) + 2 + width + 2);
    return remedy === null
      ? [line]
      : [line, `${indent}${style.paint('strong', 'Mend it:')} ${harmless(remedy)}`];
  });
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const verdict =
    count('failed') + count('warning') === 0
      ? 'All is well.'
      : `${count('failed')} failed, ${count('warning')} warning(s).`;
  return `${lines.join('\n')}\n\n${verdict}`;
};

export const registerDoctor = (program: Command, open: OpenContext): void => {
  program
    .command('doctor')
    .summary('check this computer and the server')
    .description(
      'Check this CLI, the way to the server, the login, the clocks, live events, and what the server finds about itself; each finding says what mends it. Works also while the server is down. Exit code 1 when a check failed.',
    )
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const findings = await examine(context);
      await context.out.result(findings, () => format(findings, context.out.style));
      if (findings.some(({ state }) => state === 'failed')) context.outcome.exitCode = exitCodes.failed;
    });
};
