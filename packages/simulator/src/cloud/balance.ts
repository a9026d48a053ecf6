import { totalMicros } from './bill.ts';
import { listContracts, type Account, type CloudState } from './state.ts';

/** Prepaid less billed, micro-dollars. */
export const balanceMicros = (state: CloudState, account: Account): number =>
  Object.values(state.contracts).reduce(
    (left, contract) =>
      contract.accountId === account.id ? left - totalMicros(contract.bill, state.nowMs) : left,
    account.creditMicros,
  );

const hourMs = 3_600_000;

/** When to look at the balance again: as soon as it can be used up, and each hour since rates change. */
export const nextBalanceCheckMs = (state: CloudState, account: Account): number => {
  const microsPerHour = listContracts(state, account.id).reduce(
    (sum, { rates, bill }) =>
      sum + rates.diskMicrosPerHour + (bill.openGpu === null ? 0 : rates.gpuMicrosPerHour),
    0,
  );
  const leftMs = microsPerHour === 0 ? hourMs : (balanceMicros(state, account) / microsPerHour) * hourMs;
  return state.nowMs + Math.min(hourMs, Math.max(1000, Math.ceil(leftMs)));
};
