import { Option } from 'commander';

export interface TypeOption {
  readonly type?: 'on-demand' | 'bid';
}

export const typeOption = (): Option =>
  new Option('--type <type>', 'how it is rented; bid is the spot price').choices(['on-demand', 'bid']);

/** `{machine_type}` or nothing, for a query. */
export const ofType = ({ type }: TypeOption) => (type === undefined ? {} : { machine_type: type });
