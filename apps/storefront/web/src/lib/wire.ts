/** What the service and the gateway answer, as far as the pages read it. */

export const steps = ['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'] as const;
export type Step = (typeof steps)[number];

export interface Product {
  readonly id: string;
  readonly nome: string;
  readonly descricao: string;
  readonly preco: string;
  readonly categoria: Step;
  readonly imagem: string | null;
}

export type OrderStatus =
  | 'RASCUNHO'
  | 'AGUARDANDO_PAGAMENTO'
  | 'RECEBIDO'
  | 'EM_PREPARACAO'
  | 'PRONTO'
  | 'FINALIZADO'
  | 'CANCELADO';

export interface Order {
  readonly id: string;
  readonly numero: number;
  readonly status: OrderStatus;
  readonly status_descricao: string;
  readonly total: string;
  readonly itens: readonly {
    readonly nome: string;
    readonly quantidade: number;
    readonly preco_unitario: string;
    readonly observacao: string | null;
  }[];
  /** Seconds since the payment; null before it. */
  readonly tempo_espera: number | null;
}

export interface Payment {
  readonly status:
    | 'CRIANDO'
    | 'PENDENTE'
    | 'APROVADO'
    | 'RECUSADO'
    | 'CANCELADO'
    | 'EXPIRADO'
    | 'DEVOLVIDO'
    | 'FALHOU';
  readonly paymentApproved: boolean;
  readonly valor: string;
  readonly external_payment_id: string | null;
  readonly qr_data: string | null;
  readonly expira_em: string;
}

/** What hangs above the counter: numbers, and no word about who or what. */
export interface PickupOrder {
  readonly numero: number;
  readonly status: OrderStatus;
}

/** The live boards, and an order as each of them shows it. */
export interface Boards {
  readonly '/quadros/cozinha': Order;
  readonly '/quadros/retirada': PickupOrder;
}
