/**
 * What a person sees of the set-up: one line for each step, `Installing dependencies ... 12.3 s`. It goes to
 * stderr, so that the output of the command that follows stays its own.
 */
export async function step(label, work) {
  const started = process.hrtime.bigint();
  process.stderr.write(`${label} ... `);
  try {
    const result = await work();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    process.stderr.write(`${seconds.toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A set-up that cannot go on: the message is written for the person, no stack trace helps them. */
export class SetupError extends Error {}
