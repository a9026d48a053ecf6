/** What can go wrong in ways that a client is told of: the code, and what is said in Portuguese. */
export const failureTexts = {
  requisicao_invalida: 'A requisição não está no formato esperado.',
  nao_autenticado: 'Identificação ausente, vencida ou inválida.',
  proibido: 'Você não pode fazer isto.',
  nao_encontrado: 'Não encontrado.',
  metodo_invalido: 'Este endereço não aceita este método.',
  tempo_esgotado: 'A requisição demorou demais para chegar.',
  corpo_grande: 'O corpo da requisição é grande demais.',
  tipo_invalido: 'Este tipo de conteúdo não é aceito aqui.',
  produto_nao_encontrado: 'Produto não encontrado.',
  produto_indisponivel: 'Há produtos que não existem ou não estão à venda.',
  produto_repetido: 'Já existe um produto com este nome.',
  imagem_invalida: 'A imagem deve ser PNG, JPEG ou WebP.',
  imagem_excedente: 'O produto já tem o máximo de imagens.',
  pedido_nao_encontrado: 'Pedido não encontrado.',
  transicao_invalida: 'O pedido não pode passar para este estado.',
  pedido_alterado: 'O pedido mudou de estado enquanto isso. Leia-o de novo.',
  pedido_nao_pagavel: 'O pedido não pode mais ser pago.',
  chave_reutilizada: 'Esta Idempotency-Key já foi usada com outro conteúdo.',
  pagamento_nao_encontrado: 'O pedido ainda não tem pagamento.',
  notificacao_recusada: 'A notificação não pôde ser verificada.',
  cliente_nao_encontrado: 'Cliente não encontrado.',
  cliente_repetido: 'Já existe um cliente com este CPF ou e-mail.',
  cliente_invalido: 'Os dados do cliente não foram aceitos.',
  sobrecarregado: 'Muitas requisições agora. Tente de novo em instantes.',
  indisponivel: 'Um serviço do qual dependemos não respondeu. Tente de novo em instantes.',
  erro_interno: 'Algo deu errado do nosso lado.',
} as const;
export type FailureCode = keyof typeof failureTexts;

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;

  constructor(code: FailureCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? failureTexts[code] : `${failureTexts[code]} ${detail}`, options);
    this.code = code;
  }
}
