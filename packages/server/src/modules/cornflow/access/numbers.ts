import type { Transactor } from '../../../kernel/db/database.ts';
import { roleNumbers } from '../door.ts';
import { insertNumber, listNumbers, listOtherRoles, lockDoor, type NumberedRole } from './role-store.ts';

/** Ours, which Cornflow does not know: the first of the custom ones to its clients. */
export const operatorNumber = 5;
const firstCustomNumber = 6;

const builtInNumbers: Readonly<Record<string, number>> = { ...roleNumbers, operator: operatorNumber };

export const nextNumber = async (transaction: Transactor): Promise<number> => {
  const numbered = await listNumbers(transaction);
  return Math.max(firstCustomNumber - 1, ...numbered.map(({ number }) => number)) + 1;
};

/** Gives a number to every role that has none; answers the new ones. */
export const numberRoles = async (transaction: Transactor): Promise<readonly NumberedRole[]> => {
  await lockDoor(transaction);
  let next = await nextNumber(transaction);
  const added: NumberedRole[] = [];
  for (const { id, name, builtIn, grants } of await listOtherRoles(transaction)) {
    const number = (builtIn ? builtInNumbers[name] : undefined) ?? next++;
    const role = { number, roleId: id, madeHere: false };
    await insertNumber(transaction, role);
    added.push({ ...role, name, grants });
  }
  return added;
};

/** Which of two project roles stays in the project when a user has both: the one that lets more. */
const byRank = [operatorNumber, roleNumbers.service, roleNumbers.planner, roleNumbers.viewer];

export const strongest = (numbers: readonly number[]): number | undefined =>
  byRank.find((number) => numbers.includes(number)) ?? numbers[0];
