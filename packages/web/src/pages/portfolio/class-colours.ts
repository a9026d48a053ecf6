import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';

export type AssetClass = Portfolio['composition'][number]['assetClass'];

/** A class has one colour on every chart of the page. */
export const classColour: Readonly<Record<AssetClass, `chart-${1 | 2 | 3 | 4 | 5 | 6}`>> = {
  renda_fixa: 'chart-1',
  caixa: 'chart-2',
  direitos_creditorios: 'chart-3',
  renda_variavel: 'chart-4',
  cpr: 'chart-5',
  outros: 'chart-6',
};

export const assetClassOrder = Object.keys(classColour) as AssetClass[];
