import type { AppError } from '../../../kernel/errors.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { OperationRow } from '../machine.ts';
import { noTrouble, type Trouble } from '../trouble.ts';
import type { Unit } from '../unit.ts';

/** A unit on which an operation is at work. */
export type WorkingUnit = Unit & { operation: OperationRow };

export type PhaseResult =
  /** On to the next phase of the plan. */
  | { readonly kind: 'done' }
  /** Look again. What stands in the way is shown meanwhile. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly inTheWay: Trouble }
  /** It went to another phase by itself. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'failed'; readonly error: AppError };

/** One look at one phase. It may be cut off anywhere and come again. */
export type PhaseStep = (deps: EngineDeps, unit: WorkingUnit) => Promise<PhaseResult>;

export const done: PhaseResult = { kind: 'done' };
export const moved: PhaseResult = { kind: 'moved' };
export const again = (afterMs: number, inTheWay: Trouble = noTrouble): PhaseResult => ({
  kind: 'again',
  afterMs,
  inTheWay,
});
export const failed = (error: AppError): PhaseResult => ({ kind: 'failed', error });

/** Goes to a phase, and keeps how long the one before took. */
export const phaseChange = (
  operation: OperationRow,
  phase: OperationRow['phase'],
  now: Date,
): Trouble & { phase: string; phase_at: Date; tries: number; seconds: string } => {
  const seconds =
    (operation.seconds[operation.phase] ?? 0) + (now.getTime() - operation.phase_at.getTime()) / 1000;
  return {
    phase,
    phase_at: now,
    tries: 0,
    ...noTrouble,
    seconds: JSON.stringify({ ...operation.seconds, [operation.phase]: seconds }),
  };
};
