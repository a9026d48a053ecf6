import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, longText, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { Money, refusals, staff } from './storefront.ts';
import { maxImageBytes, menuCategories } from './words.ts';

/** Of its content: a picture under a name never changes. */
const ImageName = z.string().regex(/^[0-9a-f]{64}\.(png|jpg|webp)$/);

const Price = Money.refine(
  (price) => /^\d{1,5}\./.test(price) && Number(price) > 0,
  'must be 0.01 to 99999.99',
);

const fields = {
  name: text(120),
  description: longText(1000).trim(),
  price: Price,
  category: z.enum(menuCategories),
  /** On the menu. One that is not is kept, and nobody can order it. */
  available: z.boolean(),
};

export const MenuProduct = z
  .strictObject({
    id: Id,
    ...fields,
    price: Money,
    /** Names of its pictures; customers see the first. */
    images: z.array(ImageName),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'MenuProduct' });
export type MenuProduct = z.infer<typeof MenuProduct>;

export const MenuProductDraft = z
  .strictObject({
    ...fields,
    description: fields.description.default(''),
    available: z.boolean().default(true),
  })
  .meta({ id: 'MenuProductDraft' });
export type MenuProductDraft = z.infer<typeof MenuProductDraft>;

const manager = holdersOf('service:manager');
const ofProduct = [...refusals, 'storefront.product_not_found'] as const;
const ImageParams = z.strictObject({ ...IdParams.shape, name: ImageName });

export const listMenuProducts = route({
  method: 'GET',
  path: '/api/v1/storefront/products',
  tag: 'storefront',
  summary: 'All products by category and name, also those that are not on the menu',
  access: staff,
  response: z.strictObject({ items: z.array(MenuProduct) }),
  errors: refusals,
});

export const createMenuProduct = route({
  method: 'POST',
  path: '/api/v1/storefront/products',
  tag: 'storefront',
  summary: 'Make a product; customers see it at once',
  access: manager,
  body: MenuProductDraft,
  status: 201,
  response: MenuProduct,
  errors: [...refusals, 'storefront.product_taken'],
});

export const replaceMenuProduct = route({
  method: 'PUT',
  path: '/api/v1/storefront/products/{id}',
  tag: 'storefront',
  summary: 'Change a product; orders keep the name and the price that they were made with',
  access: manager,
  params: IdParams,
  body: MenuProductDraft,
  response: MenuProduct,
  errors: [...ofProduct, 'storefront.product_taken'],
});

export const deleteMenuProduct = route({
  method: 'DELETE',
  path: '/api/v1/storefront/products/{id}',
  tag: 'storefront',
  summary: 'Delete a product for good; orders keep what they say of it',
  access: manager,
  params: IdParams,
  status: 204,
  errors: ofProduct,
});

export const addMenuImage = route({
  method: 'POST',
  path: '/api/v1/storefront/products/{id}/images',
  tag: 'storefront',
  summary: 'Add a picture (PNG, JPEG or WebP) to a product',
  access: manager,
  params: IdParams,
  body: z.strictObject({ contentBase64: z.base64().max(Math.ceil(maxImageBytes / 3) * 4) }),
  bodyLimitBytes: 3 * 1024 * 1024,
  status: 201,
  response: MenuProduct,
  errors: [...ofProduct, 'storefront.image_invalid', 'storefront.images_full'],
});

export const deleteMenuImage = route({
  method: 'DELETE',
  path: '/api/v1/storefront/products/{id}/images/{name}',
  tag: 'storefront',
  summary: 'Take a picture off a product',
  access: manager,
  params: ImageParams,
  status: 204,
  errors: ofProduct,
});

export const getMenuImage = route({
  method: 'GET',
  path: '/api/v1/storefront/images/{name}',
  tag: 'storefront',
  summary: 'A picture of a product',
  access: staff,
  params: z.strictObject({ name: ImageName }),
  produces: 'application/octet-stream',
  errors: [...refusals, 'storefront.image_not_found'],
});
