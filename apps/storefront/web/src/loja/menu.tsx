import { useCallback, useEffect, useState } from 'react';
import { ask, saidOf } from '../lib/api.ts';
import { centsOf, formatCents } from '../lib/money.ts';
import { steps, type Product, type Step } from '../lib/wire.ts';
import { Failure } from '../ui/failure.tsx';
import { Quantity } from './quantity.tsx';
import { newVisit, withQuantity, type Visit } from './visit.ts';

interface PartProps {
  readonly visit: Visit;
  readonly onVisit: (visit: Visit) => void;
}

const totalCents = ({ cart }: Visit): number =>
  cart.reduce((sum, { product, quantity }) => sum + centsOf(product.preco) * quantity, 0);
const countOf = ({ cart }: Visit): number => cart.reduce((sum, { quantity }) => sum + quantity, 0);

/** The menu step by step; each step may be left out. */
export const Menu = ({ visit, onVisit }: PartProps) => {
  const { step } = visit;
  const setStep = (next: Step): void => onVisit({ ...visit, step: next });
  const [products, setProducts] = useState<readonly Product[]>();
  const [error, setError] = useState<string>();
  const load = useCallback(() => {
    ask<readonly Product[]>('GET', '/produtos').then(
      (found) => {
        setProducts(found);
        setError(undefined);
      },
      (cause: unknown) => setError(saidOf(cause)),
    );
  }, []);
  useEffect(load, [load]);
  const shown = products?.filter(({ categoria }) => categoria === step);
  const at = steps.indexOf(step);
  const next = steps[at + 1];
  const chosenHere = visit.cart.some(({ product }) => shown?.some(({ id }) => id === product.id));
  const count = countOf(visit);
  return (
    <main className="page">
      <header className="stack">
        <div className="row">
          <div>
            <h1>{step}</h1>
            <p className="muted">
              Etapa {at + 1} de {steps.length}, opcional
            </p>
          </div>
          <button className="plain" type="button" onClick={() => onVisit(newVisit)}>
            Recomeçar
          </button>
        </div>
        <nav aria-label="Etapas do pedido" className="steps">
          {steps.map((each) => (
            <button
              key={each}
              type="button"
              aria-current={each === step ? 'step' : undefined}
              onClick={() => setStep(each)}
            >
              {each}
            </button>
          ))}
        </nav>
      </header>
      <Failure text={error} />
      {error !== undefined && (
        <button type="button" onClick={load}>
          Tentar de novo
        </button>
      )}
      {shown === undefined && error === undefined && <p role="status">Carregando o cardápio…</p>}
      {shown?.length === 0 && (
        <p className="card muted">Hoje não há nada nesta etapa. Siga para a próxima.</p>
      )}
      <ul className="stack" aria-label={step}>
        {shown?.map((product) => (
          <ProductCard key={product.id} product={product} visit={visit} onVisit={onVisit} />
        ))}
      </ul>
      <div className="bar">
        {count > 0 && next !== undefined && (
          <button type="button" onClick={() => onVisit({ ...visit, place: 'cart' })}>
            Ver pedido · {formatCents(totalCents(visit))}
          </button>
        )}
        {next === undefined ? (
          <button
            className="main"
            type="button"
            disabled={count === 0}
            onClick={() => onVisit({ ...visit, place: 'cart' })}
          >
            {count === 0 ? 'Escolha ao menos um item' : `Ver pedido · ${formatCents(totalCents(visit))}`}
          </button>
        ) : (
          <button className="main" type="button" onClick={() => setStep(next)}>
            {chosenHere ? `Ir para ${next}` : `Pular para ${next}`}
          </button>
        )}
      </div>
    </main>
  );
};

const ProductCard = ({ product, visit, onVisit }: PartProps & { readonly product: Product }) => {
  const quantity = visit.cart.find((line) => line.product.id === product.id)?.quantity ?? 0;
  return (
    <li className="card product">
      {product.imagem === null ? (
        <span aria-hidden className="blank">
          {product.nome.slice(0, 1)}
        </span>
      ) : (
        <img src={product.imagem} alt="" loading="lazy" width="88" height="88" />
      )}
      <div className="stack">
        <div>
          <h2>{product.nome}</h2>
          <p className="muted">{product.descricao}</p>
        </div>
        <div className="row">
          <span className="price">{formatCents(centsOf(product.preco))}</span>
          <Quantity
            name={product.nome}
            quantity={quantity}
            onQuantity={(wanted) => onVisit(withQuantity(visit, product, wanted))}
          />
        </div>
      </div>
    </li>
  );
};
