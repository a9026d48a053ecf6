/** The steps of an order, in the order in which they are offered. */
export const categories = ['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'] as const;
export type Category = (typeof categories)[number];

/** However it is written: `lanche`, `LANCHE`. */
export const findCategory = (text: string): Category | undefined =>
  categories.find((category) => category.toLowerCase() === text.toLowerCase());
