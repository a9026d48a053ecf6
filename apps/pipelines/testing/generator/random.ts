import { parseCnpj } from '@dumont/contracts/cnpj';

/** A seeded generator (mulberry32), so that a file can be made again byte by byte. */
export interface Random {
  /** 0 to below 1. */
  next(): number;
  integer(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick(list) {
      const value = list[Math.floor(next() * list.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
  };
}

/** The `index`-th fund's CNPJ: 14 digits with right check digits. */
export function cnpjOf(index: number): string {
  const base = `${String(10_000_000 + index * 7).slice(-8)}0001`;
  for (let digits = 0; digits < 100; digits += 1) {
    const cnpj = base + String(digits).padStart(2, '0');
    if (parseCnpj(cnpj) !== undefined) return cnpj;
  }
  throw new Error(`no check digits fit ${base}`);
}

export function maskCnpj(cnpj: string): string {
  return `${cnpj.slice(0, 2)}.${cnpj.slice(2, 5)}.${cnpj.slice(5, 8)}/${cnpj.slice(8, 12)}-${cnpj.slice(12)}`;
}

const houses = [
  'ALVORADA',
  'ITAÚNA',
  'SÃO BENTO',
  'ARAÇÁ',
  'PÃO DE AÇÚCAR',
  'JEQUITIBÁ',
  'GUANABARA',
  'CORAÇÃO',
];
const kinds = ['RENDA FIXA', 'AÇÕES', 'MULTIMERCADO', 'CRÉDITO PRIVADO', 'PREVIDÊNCIA', 'CAMBIAL'];

/** A name with the accents that tell a wrong encoding at once. */
export function fundName(index: number): string {
  const house = houses[index % houses.length];
  const kind = kinds[Math.floor(index / houses.length) % kinds.length];
  return `${house} ${index} ${kind} FUNDO DE INVESTIMENTO FINANCEIRO RESPONSABILIDADE LIMITADA`;
}
