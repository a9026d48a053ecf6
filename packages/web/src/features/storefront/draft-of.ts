import type { MenuProduct, MenuProductDraft } from '@dumont/contracts/storefront/menu';

/** What is written back to change a part of a product. */
export const draftOf = ({
  name,
  description,
  price,
  category,
  available,
}: MenuProduct): MenuProductDraft => ({
  name,
  description,
  price,
  category,
  available,
});
