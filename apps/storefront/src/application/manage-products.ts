import { createHash } from 'node:crypto';
import type { Product, ProductDraft } from '../domain/product.ts';
import { recogniseImage } from '../domain/image.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Failure } from './failure.ts';
import type { ImageStore } from './image-store.ts';
import type { ProductStore } from './product-store.ts';

export const maxImages = 6;
/** A picture that no product shows is kept so long: somebody may be about to add it. */
const keepUnusedMs = 24 * 3_600_000;

export interface ManageProducts {
  add(draft: ProductDraft): Promise<Product>;
  update(id: string, draft: ProductDraft): Promise<Product>;
  remove(id: string): Promise<void>;
  addImage(id: string, content: Buffer): Promise<Product>;
  removeImage(id: string, name: string): Promise<void>;
  /** Removes pictures that no product shows any more. */
  tidyImages(): Promise<void>;
}

export const createManageProducts = (deps: {
  products: ProductStore;
  images: ImageStore;
  clock: Clock;
  random: Random;
}): ManageProducts => {
  const { products, images, clock } = deps;
  const get = async (id: string): Promise<Product> => {
    const product = await products.find(id);
    if (product === undefined) throw new Failure('produto_nao_encontrado');
    return product;
  };
  return {
    add: async (draft) => {
      const id = deps.random.id();
      await products.add(id, draft, clock.now());
      return get(id);
    },
    update: async (id, draft) => {
      if (!(await products.update(id, draft, clock.now()))) throw new Failure('produto_nao_encontrado');
      return get(id);
    },
    remove: async (id) => {
      if (!(await products.remove(id))) throw new Failure('produto_nao_encontrado');
    },
    addImage: async (id, content) => {
      const extension = recogniseImage(content);
      if (extension === undefined) throw new Failure('imagem_invalida');
      await get(id);
      const name = `${createHash('sha256').update(content).digest('hex')}.${extension}`;
      // The file first: a row never names a picture that is not there.
      await images.write(name, content);
      const added = await products.addImage(id, { name, limit: maxImages, now: clock.now() });
      if (added === 'no product') throw new Failure('produto_nao_encontrado');
      if (added === 'full') throw new Failure('imagem_excedente', `(${maxImages})`);
      return get(id);
    },
    removeImage: async (id, name) => {
      if (!(await products.removeImage(id, name))) throw new Failure('produto_nao_encontrado');
    },
    tidyImages: async () => {
      const old = await images.listOlderThan(new Date(clock.now().getTime() - keepUnusedMs));
      const used = await products.usedImages(old);
      for (const name of old) if (!used.has(name)) await images.remove(name);
    },
  };
};
