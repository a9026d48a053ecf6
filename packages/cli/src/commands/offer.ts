import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerOfferSearch } from './offer/search.ts';

export const registerOffer = (program: Command, open: OpenContext): void => {
  const offer = program
    .command('offer')
    .summary('what could be rented now')
    .description('Offers of the providers: machines that could be rented now.');
  registerOfferSearch(offer, open, 'list').alias('ls');
};
