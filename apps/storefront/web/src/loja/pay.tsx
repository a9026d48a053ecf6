import { useCallback, useEffect, useState } from 'react';
import { ask } from '../lib/api.ts';
import { after, repeat } from '../lib/browser.ts';
import { centsOf, formatCents } from '../lib/money.ts';
import { useTask } from '../lib/use-task.ts';
import type { Order, Payment } from '../lib/wire.ts';
import { Failure } from '../ui/failure.tsx';
import { QrPicture } from '../ui/qr-picture.tsx';
import { walletOf } from './wallet.ts';

interface PayProps {
  readonly order: Order;
  readonly token: string | undefined;
  readonly orderToken: string | undefined;
  /** Something about the order has changed. */
  readonly onChange: () => Promise<void>;
}

const askEveryMs = 1500;
const ended: readonly Payment['status'][] = ['RECUSADO', 'CANCELADO', 'EXPIRADO', 'DEVOLVIDO', 'FALHOU'];
const untilFormat = new Intl.DateTimeFormat('pt-BR', { timeStyle: 'short' });

/** The QR code that pays an order, as a picture and as text; what comes of it shows by itself. */
export const Pay = ({ order, token, orderToken, onChange }: PayProps) => {
  const { id } = order;
  const [payment, setPayment] = useState<Payment>();
  const [wallet, setWallet] = useState<string>();
  const { run, isBusy, error } = useTask();
  const begin = useCallback(
    async (): Promise<void> =>
      setPayment(await ask<Payment>('POST', `/pedidos/${id}/checkout`, { token, orderToken })),
    [id, token, orderToken],
  );
  useEffect(() => {
    // Asked for twice it answers the same charge.
    void run(begin);
  }, [run, begin]);
  useEffect(() => void walletOf().then(setWallet), []);
  const isOpen = payment !== undefined && !ended.includes(payment.status);
  useEffect(() => {
    if (!isOpen) return undefined;
    return repeat(askEveryMs, async () => {
      // A read that fails is tried again by the next one.
      const now = await ask<Payment>('GET', `/pedidos/${id}/pagamento`, { token, orderToken }).catch(
        () => undefined,
      );
      if (now === undefined) return;
      setPayment(now);
      if (now.paymentApproved) await onChange();
    });
  }, [isOpen, id, token, orderToken, onChange]);
  const cancel = async (): Promise<void> => {
    await ask('PATCH', `/pedidos/${id}/status`, { body: { status: 'CANCELADO' }, token, orderToken });
    await onChange();
  };
  return (
    <main className="page">
      <header className="row">
        <h1>Pague com o QR code</h1>
        <span className="price">{formatCents(centsOf(order.total))}</span>
      </header>
      <section className="card stack">
        {payment !== undefined && ended.includes(payment.status) ? (
          <>
            <p>Este pagamento não foi concluído.</p>
            <button className="main" type="button" disabled={isBusy} onClick={() => void run(begin)}>
              Gerar um novo código
            </button>
          </>
        ) : payment === undefined || payment.qr_data === null ? (
          error === undefined && <p role="status">Gerando o código…</p>
        ) : (
          <>
            <QrPicture text={payment.qr_data} label="QR code do pagamento" />
            <p className="muted" role="status">
              Esperando o pagamento. O código vale até {untilFormat.format(new Date(payment.expira_em))}.
            </p>
            <Code text={payment.qr_data} />
            {wallet !== undefined && payment.external_payment_id !== null && (
              <a
                className="button"
                href={`${wallet}/${payment.external_payment_id}`}
                target="_blank"
                rel="noreferrer"
              >
                Abrir a carteira simulada
              </a>
            )}
          </>
        )}
      </section>
      <Failure text={error} />
      <div className="bar">
        <button type="button" disabled={isBusy} onClick={() => void run(cancel)}>
          Cancelar pedido
        </button>
        {error !== undefined && payment === undefined && (
          <button className="main" type="button" onClick={() => void run(begin)}>
            Tentar de novo
          </button>
        )}
      </div>
    </main>
  );
};

/** For who pays on the device that shows the code. */
const Code = ({ text }: { readonly text: string }) => {
  const [said, setSaid] = useState<string>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Código copiado');
    } catch {
      // Browsers withhold the clipboard from plain HTTP.
      setSaid('Toque no código abaixo e copie');
    }
    after(3000, () => setSaid(undefined));
  };
  return (
    <>
      <button className="main" type="button" onClick={() => void copy()}>
        {said ?? 'Copiar código'}
      </button>
      <p className="code">{text}</p>
    </>
  );
};
