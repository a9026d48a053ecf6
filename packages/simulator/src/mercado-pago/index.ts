export type { Account } from './account.ts';
export { startMercadoPago, type RunningMercadoPago } from './start.ts';
