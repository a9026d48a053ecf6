import type { Category } from './category.ts';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly priceCents: number;
  readonly category: Category;
  /** One that is not sold at present is left out of the menu and cannot be ordered. */
  readonly isActive: boolean;
  /** Names of its pictures, in order. */
  readonly images: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ProductDraft = Pick<Product, 'name' | 'description' | 'priceCents' | 'category' | 'isActive'>;
