/** Examples of the API reference; a test holds them against their schemas. */

const at = '2026-11-21T15:04:05.000Z';

export const productBody = {
  nome: 'X-Burguer',
  descricao: 'Pão, carne de 150 g e queijo',
  preco: '24.90',
  categoria: 'Lanche',
  ativo: true,
};

const image = '/imagens/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png';

export const product = {
  id: '0199d5c8-6a10-7c3e-9d5e-0b6f5a4f1c21',
  ...productBody,
  imagem: image,
  imagens: [image],
  created_at: at,
  updated_at: at,
};

export const orderBody = {
  itens: [{ produto_id: product.id, quantidade: 2, observacao: 'sem cebola' }],
};

export const order = {
  id: '0199d5c9-0d4a-7b0c-8f3b-5a2d6b1e7f90',
  numero: 42,
  cliente_id: null,
  status: 'RASCUNHO',
  status_descricao: 'Rascunho',
  total: '49.80',
  itens: [
    {
      produto_id: product.id,
      nome: product.nome,
      quantidade: 2,
      preco_unitario: '24.90',
      observacao: 'sem cebola',
    },
  ],
  created_at: at,
  updated_at: at,
  expira_em: '2026-11-21T15:34:05.000Z',
  tempo_espera: null,
};

export const receivedOrder = {
  ...order,
  status: 'RECEBIDO',
  status_descricao: 'Recebido',
  tempo_espera: 180,
};

export const history = [{ status: 'RASCUNHO', em: at, autor: 'visitante', funcionario_id: null }];

export const payment = {
  id: '0199d5ca-1c5e-7e3a-a1d2-3f4b5c6d7e8f',
  pedido_id: order.id,
  order_id: order.id,
  status: 'PENDENTE',
  paymentApproved: false,
  valor: '49.80',
  external_payment_id: '1234567890',
  qr_data: '00020101021243650016COM.MERCADOLIBRE020130636',
  expira_em: order.expira_em,
  created_at: at,
  updated_at: at,
};

export const customerBody = { nome: 'Ana Souza', email: 'ana@example.com', cpf: '529.982.247-25' };

export const customer = {
  id: '0199d5cb-2b6f-7a10-b3c4-d5e6f7a8b9c0',
  nome: customerBody.nome,
  cpf: '***.982.247-**',
  created_at: at,
  updated_at: at,
};

export const wholeCustomer = { ...customer, email: customerBody.email };

export const notification = {
  action: 'payment.updated',
  api_version: 'v1',
  data: { id: '1234567890' },
  date_created: at,
  id: 1,
  live_mode: true,
  type: 'payment',
  user_id: '1',
};
