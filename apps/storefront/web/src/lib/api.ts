/** The server said no, with words for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Asked {
  readonly body?: unknown;
  /** Of a customer or of staff. */
  readonly token?: string | undefined;
  /** That opens an order made without identification. */
  readonly orderToken?: string | undefined;
  readonly idempotencyKey?: string;
}

interface Problem {
  /** The service's own words, in Portuguese. */
  readonly message?: string;
}

/** The gateway and the server speak English: people here are told by what it means. */
const wordsOf = (status: number): string => {
  if (status === 401) return 'É preciso se identificar de novo.';
  if (status === 403) return 'Você não pode fazer isto.';
  if (status === 404) return 'Não encontrado.';
  if (status === 409) return 'Já existe.';
  if (status === 429) return 'Muitas tentativas. Espere um instante e tente de novo.';
  if (status < 500) return 'Confira os dados e tente de novo.';
  return 'O serviço está ocupado. Tente de novo em instantes.';
};

/** Asks the gateway that the page came from. Throws `Refused`. */
export const ask = async <Answer>(method: string, path: string, asked: Asked = {}): Promise<Answer> => {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
        ...(asked.orderToken === undefined ? {} : { 'x-token-pedido': asked.orderToken }),
        ...(asked.idempotencyKey === undefined ? {} : { 'idempotency-key': asked.idempotencyKey }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
  } catch {
    throw new Refused(0, 'Sem conexão. Confira a rede e tente de novo.');
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Refused(response.status, wordsOf(502));
  }
  if (response.ok) return answer as Answer;
  throw new Refused(response.status, (answer as Problem | undefined)?.message ?? wordsOf(response.status));
};

export const saidOf = (error: unknown): string =>
  error instanceof Refused ? error.message : 'Algo deu errado. Tente de novo.';
