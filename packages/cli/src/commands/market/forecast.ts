import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { formatDollars, formatTime } from '../../output/units.ts';
import { closestGpu } from '../offer/search.ts';
import { ofType, type TypeOption, typeOption } from './type.ts';

export const registerMarketForecast = (market: Command, open: OpenContext): void => {
  market
    .command('forecast')
    .summary('the next 24 hours, from past days')
    .description('The next 24 hours, from past days at the same hour. Says so where too little is known.')
    .argument('<gpu>', 'such as "RTX 4090"')
    .addOption(typeOption())
    .action(async (gpu: string, options: TypeOption, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const found = await client.predictPrices({ params: { gpu }, query: ofType(options) });
      const hint = found.samples > 0 ? '' : await closestGpu(client, gpu);
      await out.result(found, () => {
        if (found.status === 'insufficient_data') {
          return `Too little is known of ${found.gpu_name}${hint}: ${found.samples} samples of ${found.samples_needed}.`;
        }
        const { best_time_to_rent: best, predicted_lowest_price: lowest } = found;
        const hours = formatTable(
          found.predictions_24h,
          [
            { header: 'AT', value: (row) => formatTime(row.time) },
            { header: 'PRICE', value: (row) => formatDollars(row.predicted_price), align: 'right' },
            { header: 'FROM', value: (row) => formatDollars(row.low), align: 'right' },
            { header: 'TO', value: (row) => formatDollars(row.high), align: 'right' },
            { header: 'GPUS', value: (row) => Math.round(row.predicted_availability), align: 'right' },
            { header: 'DAYS', value: (row) => row.days, align: 'right' },
          ],
          out.style,
          out.columns,
        );
        if (best === null || lowest === null) return hours;
        return `${hours}\n\nBest time to rent: ${formatTime(best)}, at about ${formatDollars(lowest)} an hour.`;
      });
    });
};
