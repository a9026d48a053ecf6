import { Readable } from 'node:stream';
import type { MenuProduct, MenuProductDraft } from '@dumont/contracts/storefront/menu';
import { Reply, type Handlers } from '../../kernel/http/handlers.ts';
import { changeDetails } from '../identity/index.ts';
import type { Change } from './changes.ts';
import type { Service, ServiceFor } from './service.ts';
import { Product, Products, wordsOfDraft } from './wire.ts';

export type MenuOperation =
  | 'listMenuProducts'
  | 'createMenuProduct'
  | 'replaceMenuProduct'
  | 'deleteMenuProduct'
  | 'addMenuImage'
  | 'deleteMenuImage'
  | 'getMenuImage';

const imageTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

const productOf = (service: Service, id: string): Promise<MenuProduct> =>
  service.read({ method: 'GET', path: `/produtos/${id}` }, Product);

/** What the record tells of a product; its description would only make it long. */
const toldOf = ({ name, price, category, available }: MenuProductDraft) => ({
  name,
  price,
  category,
  available,
});

/** Only what became different, and what it was before. */
const changeOf = (before: MenuProductDraft, after: MenuProductDraft) => {
  const { before: was = {}, ...now } = changeDetails(toldOf(before), toldOf(after));
  const isReworded = before.description !== after.description;
  if (Object.keys(now).join() === 'available' && !isReworded) {
    return {
      action: after.available ? ('product.shown' as const) : ('product.hidden' as const),
      details: { name: after.name },
    };
  }
  return {
    action: 'product.changed' as const,
    details: {
      name: before.name,
      ...now,
      before: was,
      ...(isReworded ? { fields: ['description'] } : {}),
    },
  };
};

/** What customers can order, changed by the staff; each change is written down. */
export const createMenuHandlers = ({
  serviceFor,
  change,
}: {
  readonly serviceFor: ServiceFor;
  readonly change: Change;
}): Handlers<MenuOperation> => ({
  listMenuProducts: async ({ caller, context }) => {
    const service = await serviceFor(caller, context.requestId);
    const asked = { method: 'GET', path: '/produtos', query: { todos: 'true' } } as const;
    return { items: await service.read(asked, Products) };
  },
  createMenuProduct: async ({ caller, context, body }) => {
    const service = await serviceFor(caller, context.requestId);
    return change(
      { caller, address: context.address },
      { action: 'product.created', subjectType: 'product', subjectId: '', details: toldOf(body) },
      () => service.read({ method: 'POST', path: '/produtos', json: wordsOfDraft(body) }, Product),
      ({ id }) => ({ subjectId: id }),
    );
  },
  replaceMenuProduct: async ({ caller, context, params: { id }, body }) => {
    const service = await serviceFor(caller, context.requestId);
    const asked = { method: 'PUT', path: `/produtos/${id}`, json: wordsOfDraft(body) } as const;
    return change(
      { caller, address: context.address },
      { ...changeOf(await productOf(service, id), body), subjectType: 'product', subjectId: id },
      () => service.read(asked, Product),
    );
  },
  deleteMenuProduct: async ({ caller, context, params: { id } }) => {
    const service = await serviceFor(caller, context.requestId);
    const product = await productOf(service, id);
    await change(
      { caller, address: context.address },
      { action: 'product.deleted', subjectType: 'product', subjectId: id, details: toldOf(product) },
      () => service.bytes({ method: 'DELETE', path: `/produtos/${id}` }),
    );
  },
  addMenuImage: async ({ caller, context, params: { id }, body }) => {
    const service = await serviceFor(caller, context.requestId);
    const { name } = await productOf(service, id);
    const content = Buffer.from(body.contentBase64, 'base64');
    // What it is, the service finds out by its bytes; here it only has to be some picture.
    const asked = { method: 'POST', path: `/produtos/${id}/imagens` } as const;
    return change(
      { caller, address: context.address },
      { action: 'product.picture_added', subjectType: 'product', subjectId: id, details: { name } },
      () => service.read({ ...asked, bytes: { type: 'image/png', content } }, Product),
    );
  },
  deleteMenuImage: async ({ caller, context, params: { id, name: picture } }) => {
    const service = await serviceFor(caller, context.requestId);
    const { name } = await productOf(service, id);
    await change(
      { caller, address: context.address },
      { action: 'product.picture_removed', subjectType: 'product', subjectId: id, details: { name } },
      () => service.bytes({ method: 'DELETE', path: `/produtos/${id}/imagens/${picture}` }),
    );
  },
  getMenuImage: async ({ caller, context, params: { name } }) => {
    const service = await serviceFor(caller, context.requestId);
    const content = await service.bytes({ method: 'GET', path: `/imagens/${name}` });
    const mediaType = imageTypes[name.split('.')[1] ?? ''] ?? 'application/octet-stream';
    return new Reply({
      stream: { content: Readable.from([content]), mediaType, sizeBytes: content.length, isImmutable: true },
    });
  },
});
