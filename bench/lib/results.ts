import type { Figure, Report } from './figures.ts';

/** What one benchmark gave, or why it gave nothing. */
export interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly report?: Report;
  readonly failed?: string;
}

interface Circumstances {
  readonly date: string;
  readonly machine: {
    readonly cores: number;
    readonly processor: string;
    readonly memoryBytes: number;
    readonly node: string;
  };
}

const verdictOf = ({ met }: Figure): string => (met === null ? '' : met ? 'met' : '**MISSED**');

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const sectionOf = ({ name, seconds, report, failed }: Measured): string => {
  const command = `\`npm run bench -- ${name}\`, ${seconds.toFixed(0)} s`;
  if (report === undefined) return `## ${name}\n${command}\n\n**FAILED**: ${failed ?? 'no figures'}\n`;
  return [
    `## ${report.title}`,
    command,
    '',
    '| what | measured | target | | compared with, in the same run |',
    '|---|---|---|---|---|',
    ...report.figures.map((figure) =>
      row([figure.what, figure.value, figure.target ?? '', verdictOf(figure), figure.baseline ?? '']),
    ),
    '',
  ].join('\n');
};

/** The page of results: each figure beside its target, and where it was measured. Names no host. */
export const toMarkdown = (measured: readonly Measured[], { date, machine }: Circumstances): string => {
  const figures = measured.flatMap(({ report }) => report?.figures ?? []);
  const promised = figures.filter(({ met }) => met !== null);
  const missed = promised.filter(({ met }) => met === false);
  const gibibytes = (machine.memoryBytes / 2 ** 30).toFixed(0);
  return [
    '# Results',
    '',
    `Measured on ${date} by \`npm run bench -- --save\` on ${machine.cores} cores (${machine.processor}), ${gibibytes} GiB of memory, Node ${machine.node}; load and server share the cores. ${promised.length - missed.length} of ${promised.length} targets met.`,
    ...(missed.length === 0 ? [] : ['', `Missed: ${missed.map(({ what }) => what).join('; ')}.`]),
    '',
    ...measured.map(sectionOf),
  ].join('\n');
};
