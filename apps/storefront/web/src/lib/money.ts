const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });

/** `"12.90"` of the wire as cents. */
export const centsOf = (amount: string): number => Math.round(Number(amount) * 100);

/** `R$ 12,90` */
export const formatCents = (cents: number): string => reais.format(cents / 100);
