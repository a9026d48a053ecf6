import { exitCodes } from '../exit-codes.ts';
import { CliError } from '../failure.ts';

/** Turns Ctrl-C during `watch` into what goes on without us and how to look again; other errors pass. */
export const sayingHowToReturn = async <Result>(
  farewell: string,
  watch: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await watch();
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.interrupted) {
      throw new CliError(error.code, farewell, exitCodes.interrupted);
    }
    throw error;
  }
};
