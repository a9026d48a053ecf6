import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerMarketBlacklist } from './market/blacklist.ts';
import { registerMarketForecast } from './market/forecast.ts';
import { registerMarketHosts } from './market/hosts.ts';
import { registerMarketPrices } from './market/prices.ts';
import { registerMarketWatch } from './market/watch.ts';

export const registerMarket = (program: Command, open: OpenContext): void => {
  const market = program
    .command('market')
    .summary('prices of GPUs, and the hosts behind them')
    .description('The market of GPUs as our own searches found it: prices, their history, hosts.');
  registerMarketPrices(market, open);
  registerMarketForecast(market, open);
  registerMarketHosts(market, open);
  registerMarketWatch(market, open);
  registerMarketBlacklist(market, open);
};
