import { AppError } from '../../kernel/errors.ts';
import { z } from 'zod';
import { invalidInput } from '../../kernel/http/validate.ts';
import type { RunKind } from './run-kind.ts';

const CommandParams = z.strictObject({
  command: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
});

/** Runs of a program with arguments. Off where this host cannot confine them, until the operator accepts it. */
export const createCommandKind = (confinement: {
  confined: boolean;
  reason: string;
  accepted: boolean;
}): RunKind => ({
  kind: 'command',
  plan: async ({ params }) => {
    if (!confinement.confined && !confinement.accepted) {
      throw new AppError('run.command_off', { reason: confinement.reason });
    }
    // Starting checks this in the contract; running again takes any parameters.
    const { success, data: parsed, error } = CommandParams.safeParse(params);
    if (!success) throw invalidInput('body.params', error);
    return {
      subject: parsed.command[0] ?? '',
      params: parsed,
      timeoutSeconds: null,
      maxAttempts: 1,
      retryBackoffSeconds: 0,
      retryOn: [],
      concurrency: null,
      parts: [],
    };
  },
  prepare: async ({ params }) => {
    const { command, environment } = CommandParams.parse(params);
    const [program = '', ...args] = command;
    return { command: [program, ...args], environment, files: [], mounts: [], limits: {}, secrets: [] };
  },
});
