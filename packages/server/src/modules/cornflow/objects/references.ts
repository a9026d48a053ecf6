import { AppError } from '../../../kernel/errors.ts';
import type { DoorRequest } from '../door.ts';

const keyShape = /^[0-9a-f]{40}$/;

/** Of an instance or execution, as clients name it. Anything else names nothing, and is not asked the database. */
export const keyReference = (
  key: string | null | undefined,
  missing: 'optimization.instance_not_found' | 'optimization.execution_not_found',
): { key: string } => {
  if (typeof key !== 'string' || !keyShape.test(key)) throw new AppError(missing);
  return { key };
};

export const instanceIn = ({ params }: DoorRequest) =>
  keyReference(params['idx'], 'optimization.instance_not_found');
export const executionIn = ({ params }: DoorRequest) =>
  keyReference(params['idx'], 'optimization.execution_not_found');

const maxNumber = 2 ** 31 - 1;

export const numberReference = (number: number): { number: number } => {
  if (!Number.isInteger(number) || number < 0 || number > maxNumber)
    throw new AppError('optimization.case_not_found');
  return { number };
};

export const caseIn = ({ params }: DoorRequest, name = 'idx') => numberReference(Number(params[name]));
