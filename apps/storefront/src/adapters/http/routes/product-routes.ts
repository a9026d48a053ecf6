import { z } from 'zod';
import { imageTypes, type ImageStore } from '../../../application/image-store.ts';
import { Failure } from '../../../application/failure.ts';
import type { ManageProducts } from '../../../application/manage-products.ts';
import type { ProductStore } from '../../../application/product-store.ts';
import { isStaff } from '../../../domain/caller.ts';
import { categories } from '../../../domain/category.ts';
import type { ProductDraft } from '../../../domain/product.ts';
import { Answer, endpoint, type Endpoint } from '../endpoint.ts';
import * as examples from '../examples.ts';
import { CategoryName, IdParams, line, lines, Price } from '../fields.ts';
import type { Menu } from '../menu.ts';
import { PresentedProduct, presentProduct } from '../presented.ts';

const maxImageBytes = 2 * 1024 * 1024;
const ImageParams = z.strictObject({ nome: z.string().regex(/^[0-9a-f]{64}\.(png|jpg|webp)$/) });
const ProductImageParams = z.strictObject({ ...IdParams.shape, ...ImageParams.shape });
const ProductBody = z.strictObject({
  nome: line(120),
  descricao: lines(1000).default(''),
  preco: Price,
  categoria: CategoryName,
  ativo: z.boolean().default(true),
});
const Products = z.array(PresentedProduct);

const draftOf = (body: z.output<typeof ProductBody>): ProductDraft => ({
  name: body.nome,
  description: body.descricao,
  priceCents: body.preco,
  category: body.categoria,
  isActive: body.ativo,
});

export const createProductRoutes = (deps: {
  menu: Menu;
  products: Pick<ProductStore, 'find' | 'list'>;
  manage: ManageProducts;
  images: Pick<ImageStore, 'open'>;
}): readonly Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/categorias',
    tag: 'Cardápio',
    summary: 'As categorias, na ordem em que são oferecidas',
    access: 'anyone',
    status: 200,
    response: z.array(z.strictObject({ nome: z.enum(categories) })),
    example: { response: categories.map((nome) => ({ nome })) },
    handle: async () => categories.map((nome) => ({ nome })),
  }),
  endpoint({
    method: 'GET',
    path: '/produtos',
    tag: 'Cardápio',
    summary: 'O que está à venda; com `todos=true` a equipe vê também o que não está',
    access: 'anyone',
    query: z.strictObject({
      categoria: CategoryName.optional(),
      todos: z.enum(['true', 'false']).optional(),
    }),
    headers: [{ name: 'If-None-Match', description: 'ETag de uma resposta anterior: 304 se nada mudou' }],
    status: 200,
    response: Products,
    example: { response: [examples.product] },
    handle: async ({ query, caller, headers }) => {
      if (query.todos === 'true') {
        if (!isStaff(caller)) throw new Failure('proibido');
        return (await deps.products.list({ category: query.categoria, all: true })).map(presentProduct);
      }
      const { bytes, etag } = await deps.menu.read(query.categoria);
      const cached = { etag, 'cache-control': 'no-cache' };
      if (headers['if-none-match'] === etag) return new Answer(304, cached);
      return new Answer(200, { ...cached, 'content-type': 'application/json; charset=utf-8' }, bytes);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/produtos/{id}',
    tag: 'Cardápio',
    summary: 'Um produto',
    access: 'anyone',
    params: IdParams,
    status: 200,
    response: PresentedProduct,
    errors: ['produto_nao_encontrado'],
    example: { response: examples.product },
    handle: async ({ params, caller }) => {
      const product = await deps.products.find(params.id);
      if (product === undefined || !(product.isActive || isStaff(caller))) {
        throw new Failure('produto_nao_encontrado');
      }
      return presentProduct(product);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/produtos',
    tag: 'Cardápio',
    summary: 'Cria um produto',
    access: ['manager'],
    body: ProductBody,
    status: 201,
    response: PresentedProduct,
    errors: ['produto_repetido'],
    example: { body: examples.productBody, response: examples.product },
    handle: async ({ body }) => presentProduct(await deps.manage.add(draftOf(body))),
  }),
  endpoint({
    method: 'PUT',
    path: '/produtos/{id}',
    tag: 'Cardápio',
    summary: 'Altera um produto; pedidos já feitos guardam o nome e o preço que tinham',
    access: ['manager'],
    params: IdParams,
    body: ProductBody,
    status: 200,
    response: PresentedProduct,
    errors: ['produto_nao_encontrado', 'produto_repetido'],
    example: { body: examples.productBody, response: examples.product },
    handle: async ({ params, body }) => presentProduct(await deps.manage.update(params.id, draftOf(body))),
  }),
  endpoint({
    method: 'DELETE',
    path: '/produtos/{id}',
    tag: 'Cardápio',
    summary: 'Remove um produto',
    access: ['manager'],
    params: IdParams,
    status: 204,
    errors: ['produto_nao_encontrado'],
    example: {},
    handle: ({ params }) => deps.manage.remove(params.id),
  }),
  endpoint({
    method: 'POST',
    path: '/produtos/{id}/imagens',
    tag: 'Cardápio',
    summary: 'Acrescenta uma imagem (PNG, JPEG ou WebP, até 2 MB), enviada como corpo da requisição',
    access: ['manager'],
    params: IdParams,
    bodyBytes: { types: Object.values(imageTypes), max: maxImageBytes },
    status: 201,
    response: PresentedProduct,
    errors: ['produto_nao_encontrado', 'imagem_invalida', 'imagem_excedente', 'corpo_grande'],
    example: { response: examples.product },
    handle: async ({ params, body }) => {
      if (!Buffer.isBuffer(body)) throw new Failure('imagem_invalida');
      return presentProduct(await deps.manage.addImage(params.id, body));
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/produtos/{id}/imagens/{nome}',
    tag: 'Cardápio',
    summary: 'Remove uma imagem de um produto',
    access: ['manager'],
    params: ProductImageParams,
    status: 204,
    errors: ['produto_nao_encontrado'],
    example: {},
    handle: ({ params }) => deps.manage.removeImage(params.id, params.nome),
  }),
  endpoint({
    method: 'GET',
    path: '/imagens/{nome}',
    tag: 'Cardápio',
    summary: 'Uma imagem; o nome é o resumo do conteúdo, que por isso nunca muda',
    access: 'anyone',
    params: ImageParams,
    status: 200,
    produces: 'image/*',
    errors: ['nao_encontrado'],
    example: {},
    handle: async ({ params, headers }) => {
      const etag = `"${params.nome}"`;
      const cached = { etag, 'cache-control': 'public, max-age=31536000, immutable' };
      if (headers['if-none-match'] === etag) return new Answer(304, cached);
      const image = await deps.images.open(params.nome);
      if (image === undefined) throw new Failure('nao_encontrado');
      const extension = params.nome.slice(params.nome.indexOf('.') + 1) as keyof typeof imageTypes;
      return new Answer(
        200,
        { ...cached, 'content-type': imageTypes[extension], 'content-length': String(image.sizeBytes) },
        image.content,
      );
    },
  }),
];
