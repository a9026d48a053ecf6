import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';
import type { ListedShift } from './logbook.ts';

const tolerance = 0.01;

/** Call-in customers get what they ordered, when they ordered it, and nothing else (QS01, QS03). */
export const checkOrders = (instance: Instance, shifts: readonly ListedShift[]): Findings => {
  const end = instance.parameters.horizon * instance.parameters.unit;
  const orders = Map.groupBy(instance.orders, ({ id_customer: id }) => id);
  const callIns = instance.customers.filter(({ callIn }) => callIn === 1).map(({ index }) => index);
  const deliveries = shifts.flatMap(({ id, steps }) =>
    steps
      .filter(({ location }) => callIns.includes(location))
      .map(({ location, arrival, quantity }) => ({ id, location, arrival, amount: -quantity })),
  );
  return {
    qs_01_orders_satisfied: callIns.flatMap((customer) =>
      (orders.get(customer) ?? []).flatMap((order, number) => {
        const amount = deliveries
          .filter(({ location }) => location === customer)
          .filter(({ arrival }) => order.earliestTime <= arrival && arrival <= order.latestTime)
          .reduce((sum, delivery) => sum + delivery.amount, 0);
        const least = order.latestTime > end ? 0 : (order.Quantity * order.orderQuantityFlexibility) / 100;
        return least - tolerance <= amount && amount <= order.Quantity + tolerance
          ? []
          : [{ id_customer: customer, num_order: number }];
      }),
    ),
    qs_03_callins: deliveries
      .filter(
        ({ location, arrival }) =>
          !orders
            .get(location)
            ?.some((order) => order.earliestTime <= arrival && arrival <= order.latestTime),
      )
      .map(({ id, location }) => ({ id_location: location, id_shift: id })),
  };
};
