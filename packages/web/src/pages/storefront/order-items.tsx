import type { Order } from '@dumont/contracts/storefront/orders';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Money } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';

/** In cents, so that nothing is lost to floating point. */
const lineTotal = (unitPrice: string, quantity: number): string => {
  const cents = String(Number(unitPrice.replace('.', '')) * quantity).padStart(3, '0');
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`;
};

/** What was ordered, at the prices of that moment, and what it comes to. */
export const OrderItems = ({
  order: { items, total },
}: {
  readonly order: Pick<Order, 'items' | 'total'>;
}) => {
  const { t } = useTranslation('storefront');
  const format = useFormat();
  return (
    <Section flush title={t('items')}>
      <ul className="divide-y divide-line">
        {items.map(({ productId, name, unitPrice, quantity, note }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the same product may come twice; items never move
          <li key={`${index} ${productId}`} className="flex items-baseline gap-3 px-4 py-2.5 text-sm">
            <span className="w-8 shrink-0 font-semibold">{format.number(quantity)}×</span>
            <span className="min-w-0 flex-1">
              <span className="block break-words">{name}</span>
              {note !== null && <span className="block text-xs break-words text-ink-muted">→ {note}</span>}
              {quantity > 1 && (
                <span className="block text-xs text-ink-muted">
                  {t('each', { price: format.money(unitPrice, 'BRL') })}
                </span>
              )}
            </span>
            <Money amount={lineTotal(unitPrice, quantity)} currency="BRL" />
          </li>
        ))}
      </ul>
      <p className="flex items-baseline justify-between border-t border-line-strong px-4 py-2.5 text-sm font-semibold">
        {t('column.total')}
        <Money amount={total} currency="BRL" />
      </p>
    </Section>
  );
};
