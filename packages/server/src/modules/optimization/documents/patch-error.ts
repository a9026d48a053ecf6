export type PatchFault = 'invalid_patch' | 'missing_target' | 'test_failed' | 'too_long' | 'too_costly';

/** `index`: the place of the operation in the patch, from 0; undefined where the patch is no list at all. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly code: PatchFault;
  readonly index: number | undefined;

  constructor(code: PatchFault, problem: string, index?: number, options?: ErrorOptions) {
    super(index === undefined ? problem : `Operation ${index}: ${problem}`, options);
    this.code = code;
    this.index = index;
  }
}
