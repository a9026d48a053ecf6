import { useBoard } from '../lib/use-board.ts';
import type { PickupOrder } from '../lib/wire.ts';
import { Live } from '../ui/live.tsx';

/** What hangs above the counter: numbers, large, and nothing about whose they are. */
export const PickupBoard = () => {
  const { orders, isLive } = useBoard({ path: '/quadros/retirada' });
  const numbersOf = (...statuses: readonly PickupOrder['status'][]): number[] =>
    (orders ?? []).filter(({ status }) => statuses.includes(status)).map(({ numero }) => numero);
  return (
    <main className="page board">
      <header className="top">
        <h1>Retirada</h1>
        <Live isLive={isLive} />
      </header>
      <div className="columns two">
        <Numbers title="Pronto: retire no balcão" numbers={numbersOf('PRONTO')} isReady />
        <Numbers title="Em preparação" numbers={numbersOf('EM_PREPARACAO', 'RECEBIDO')} />
      </div>
    </main>
  );
};

interface NumbersProps {
  readonly title: string;
  readonly numbers: readonly number[];
  readonly isReady?: boolean;
}

const Numbers = ({ title, numbers, isReady = false }: NumbersProps) => (
  <section className="stack" aria-label={title}>
    <h2>{title}</h2>
    {numbers.length === 0 ? (
      <p className="muted">Nenhum agora.</p>
    ) : (
      <ul className={isReady ? 'numbers ready' : 'numbers'} aria-live="polite">
        {numbers.map((number) => (
          <li key={number}>{number}</li>
        ))}
      </ul>
    )}
  </section>
);
