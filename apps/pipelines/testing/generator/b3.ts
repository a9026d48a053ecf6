import type { IsoDay } from '@dumont/contracts/calendar';
import { createRandom } from './random.ts';
import { writeZip } from './write-zip.ts';

const papers = [
  { code: 'PETR4', name: 'PETROBRAS', kind: 'PN      N2', isin: 'BRPETRACNPR6', market: '010', bdi: '02' },
  { code: 'VALE3', name: 'VALE', kind: 'ON      NM', isin: 'BRVALEACNOR0', market: '010', bdi: '02' },
  { code: 'PETRK300', name: 'PETR', kind: 'PN      N2', isin: 'BRPETRACNPR6', market: '070', bdi: '78' },
];

const fixed = (value: number, digits: number) => String(Math.round(value)).padStart(digits, '0');
const price = (value: number) => fixed(value * 100, 13);

export interface QuotesOptions {
  /** `COTAHIST_D31102025` */
  readonly name: string;
  readonly days: readonly IsoDay[];
  readonly seed?: number;
  /** A record that is cut, and one whose day does not exist. */
  readonly brokenRows?: boolean;
  /** The last quotes are missing though record 99 still counts them. */
  readonly cutQuotes?: number;
}

function* quoteLines(options: QuotesOptions): Generator<string> {
  const random = createRandom(options.seed ?? 1);
  const stamp = (options.days[0] ?? '').replaceAll('-', '');
  const quotes: string[] = [];
  for (const day of options.days)
    for (const paper of papers) {
      const last = 10 + random.next() * 90;
      const option = paper.market === '070';
      const fields = [
        '01',
        day.replaceAll('-', ''),
        paper.bdi,
        paper.code.padEnd(12),
        paper.market,
        paper.name.padEnd(12),
        paper.kind.padEnd(10),
        '   ',
        'R$  ',
        ...[last * 0.99, last * 1.02, last * 0.98, last * 1.001, last, last, last * 1.01].map(price),
        fixed(random.integer(1, 90_000), 5),
        fixed(random.integer(100, 90_000_000), 18),
        fixed(random.integer(100, 900_000_000), 18),
        price(option ? 30 : 0),
        '0',
        option ? '20251121' : '99991231',
        fixed(1, 7),
        fixed(0, 13),
        paper.isin,
        '163',
      ];
      quotes.push(fields.join(''));
    }
  if (options.brokenRows === true) {
    const [first = ''] = quotes;
    quotes.push(first.slice(0, 200), `01${first.slice(2, 6)}0230${first.slice(10)}`);
  }
  yield `00COTAHIST.2025BOVESPA ${stamp}`.padEnd(245);
  yield* quotes.slice(0, quotes.length - (options.cutQuotes ?? 0));
  yield `99COTAHIST.2025BOVESPA ${stamp}${fixed(quotes.length + 2, 11)}`.padEnd(245);
}

/** `InstDados/SerHist/COTAHIST_D31102025.ZIP` below `folder`. */
export function writeQuotes(folder: string, options: QuotesOptions): Promise<string> {
  const path = `InstDados/SerHist/${options.name}.ZIP`;
  return writeZip(folder, path, [{ name: `${options.name}.TXT`, lines: quoteLines(options) }]);
}
