import { cnpjShape, maskCnpj } from '@dumont/contracts/cnpj';
import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';

export type Holding = Portfolio['holdings'][number];

/** A ticker names a holding best; a CNPJ or the number of a Treasury bond tells nobody anything, the name does. */
export const nameHolding = ({
  code,
  description,
}: Pick<Holding, 'code' | 'description'>): { readonly name: string; readonly detail: string | null } => {
  if (code === null || code === description) return { name: description, detail: null };
  const isNumber = /^\d+$/.test(code) || cnpjShape.test(code.replaceAll(/[.\-/]/g, ''));
  if (!isNumber) return { name: code, detail: description === '' ? null : description };
  const masked = maskCnpj(code);
  return description === '' ? { name: masked, detail: null } : { name: description, detail: masked };
};
