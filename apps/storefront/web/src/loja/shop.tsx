import { useSessionState } from '../lib/session-state.ts';
import { Cart } from './cart.tsx';
import { Menu } from './menu.tsx';
import { OrderPage } from './order-page.tsx';
import { newVisit } from './visit.ts';
import { Who } from './who.tsx';

/** From who one is to the number that is called: one screen at a time. */
export const Shop = () => {
  const [visit, setVisit] = useSessionState('fastfood.visit', newVisit);
  const leave = (): void => setVisit(newVisit);
  if (visit.place === 'menu') return <Menu visit={visit} onVisit={setVisit} />;
  if (visit.place === 'cart') return <Cart visit={visit} onVisit={setVisit} />;
  if (visit.place === 'order' && visit.order !== undefined)
    return <OrderPage order={visit.order} customerToken={visit.customerToken} onLeave={leave} />;
  return <Who onKnown={(customerToken) => setVisit({ ...newVisit, place: 'menu', customerToken })} />;
};
