import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { formatFields } from '../../output/table.ts';

export const registerStorefrontShow = (storefront: Command, open: OpenContext): void => {
  storefront
    .command('show')
    .summary('where its pages are')
    .description('Tell whether an ordering service runs here, and where its pages are.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const place = await client.getStorefront();
      const { enabled, shopUrl, kitchenUrl, pickupUrl } = place;
      await context.out.result(place, () =>
        enabled
          ? formatFields(
              [
                ['Shop', shopUrl],
                ['Kitchen', kitchenUrl],
                ['Pick-up', pickupUrl],
              ],
              context.out.style,
            )
          : 'No ordering service runs here. One runs beside a server that is started with DUMONT_STOREFRONT=true.',
      );
    });
};
