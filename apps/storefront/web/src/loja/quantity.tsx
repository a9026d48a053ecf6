import { mostOfOne } from './visit.ts';

interface QuantityProps {
  readonly name: string;
  readonly quantity: number;
  readonly onQuantity: (quantity: number) => void;
}

/** How many of something: one button while there is none, two and the number after. */
export const Quantity = ({ name, quantity, onQuantity }: QuantityProps) =>
  quantity === 0 ? (
    <button type="button" aria-label={`Adicionar ${name}`} onClick={() => onQuantity(1)}>
      Adicionar
    </button>
  ) : (
    <span className="count">
      <button type="button" aria-label={`Um a menos de ${name}`} onClick={() => onQuantity(quantity - 1)}>
        −
      </button>
      <output aria-label={`Quantidade de ${name}`}>{quantity}</output>
      <button
        type="button"
        aria-label={`Mais um de ${name}`}
        disabled={quantity >= mostOfOne}
        onClick={() => onQuantity(quantity + 1)}
      >
        +
      </button>
    </span>
  );
