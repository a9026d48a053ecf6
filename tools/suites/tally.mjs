import { relative } from 'node:path';
import { inspect } from 'node:util';
import { root } from '../root.mjs';
import { leftovers } from './leftovers.mjs';

const countLine = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const shownOutputLines = 40;

/**
 * Follows the events of Node's test runner and says what a person wants to see: one line for a file that passes,
 * failures in full, and the last output of a process that broke.
 *
 * @param {object} options
 * @param {string} options.suiteProgram the path of test-runner.mjs, whose suites are the test files
 * @param {(path: string) => string} options.describeProcess what a process ran, by the path of its program
 * @param {(line: string) => void} options.print
 * @param {boolean} options.showsOutput print what tests write, as it comes
 */
export function createTally({ suiteProgram, describeProcess, print, showsOutput }) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** What was told of each failure. */
  const failures = [];
  /** Names of the suites around the present test, by nesting. */
  const names = [];
  const output = new Map();
  let file = emptyCount();

  const count = (outcome) => {
    total[outcome] += 1;
    file[outcome] += 1;
  };

  const tell = (title, error) => {
    const reason = error === undefined ? [] : [describe(error).replace(/^/gm, '      ')];
    failures.push([`  ✖ ${title}`, ...reason].join('\n'));
    print(failures.at(-1));
  };

  const fail = (title, error) => {
    count('failed');
    tell(title, error);
  };

  /** A process that breaks belongs to no test. */
  const failProcess = (program, how) => {
    total.failed += 1;
    tell(`${describeProcess(program)}: ${how}`);
  };

  /** A file's events come in one row, whatever ran beside it. */
  const endFile = (name, ms) => {
    const { passed, failed, skipped } = file;
    const ran = passed + failed + skipped;
    if (ran === 0) fail(`${name}: holds no test`);
    const mark = file.failed > 0 ? '✖' : '✓';
    print(
      `  ${mark} ${name}  ${ran} tests${skipped > 0 ? `, ${skipped} skipped` : ''}  ${formatSeconds(ms)}`,
    );
    file = emptyCount();
  };

  const isTestFile = (data) =>
    data.nesting === 0 && data.details?.type === 'suite' && data.file === suiteProgram;
  /** The runner reports a process as a test that is named after its program. */
  const isProcess = (data) => data.nesting === 0 && data.name === data.file;

  const titleOf = (data) => {
    const path = [...names.slice(1, data.nesting), data.name];
    const place = data.file === undefined ? '' : ` (${relative(root, data.file)}:${data.line})`;
    return `${path.join(' › ')}${place}`;
  };

  const onPass = (data) => {
    if (isTestFile(data)) endFile(data.name, data.details.duration_ms);
    else if (!isProcess(data) && data.details?.type !== 'suite') passTest(data);
  };

  const passTest = (data) => {
    if (data.skip === undefined && data.todo === undefined) count('passed');
    else {
      count('skipped');
      print(`  ﹣ ${titleOf(data)}${typeof data.skip === 'string' ? `: ${data.skip}` : ''}`);
    }
  };

  const onFail = (data) => {
    const error = data.details?.error;
    // What failed inside has been told.
    const isTold = error?.failureType === 'subtestsFailed' || error?.exitCode === leftovers.exitCode;
    if (isProcess(data)) {
      if (!isTold) {
        failProcess(data.file, endOf(error));
        file = emptyCount();
        if (output.has(data.file)) print(lastLines(output.get(data.file)));
      }
    } else if (isTestFile(data)) {
      if (!isTold) fail(`${data.name} cannot be loaded`, error);
      endFile(data.name, data.details.duration_ms);
    } else if (data.todo !== undefined) count('skipped');
    else if (!isTold) fail(titleOf(data), error);
    else if (data.details?.type !== 'suite') count('failed');
  };

  return {
    total,
    failures,
    /** A file of which no event came. */
    failFile: (title) => {
      total.failed += 1;
      tell(title);
    },
    onEvent({ type, data }) {
      if (type === 'test:start') {
        names.length = data.nesting;
        names[data.nesting] = data.name;
      } else if (type === 'test:pass') onPass(data);
      else if (type === 'test:fail') onFail(data);
      else if (type === 'test:diagnostic' && !countLine.test(data.message)) print(`  ${data.message}`);
      else if (type === 'test:stdout' || type === 'test:stderr') {
        if (data.message.startsWith(leftovers.mark)) failProcess(data.file, data.message.trim());
        if (showsOutput) process.stdout.write(data.message);
        else output.set(data.file, (output.get(data.file) ?? '') + data.message);
      }
    },
  };
}

const emptyCount = () => ({ passed: 0, failed: 0, skipped: 0 });

export const formatSeconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

function describe(error) {
  if (typeof error.cause === 'string') return error.cause;
  const cause = error.cause instanceof Error ? error.cause : error;
  // The message of an assertion says all; its properties say it again.
  const text = cause.code === 'ERR_ASSERTION' ? cause.stack : inspect(cause, { depth: 6 });
  return text.replaceAll(
    /\n\s+at .*\bnode:internal\/.*|\n\s+at .*\(node:.*|\n\s+at async Promise\.all .*/g,
    '',
  );
}

function endOf(error) {
  if (typeof error?.signal === 'string') return `the process was ended by ${error.signal}`;
  if (typeof error?.exitCode === 'number') return `the process ended with exit code ${error.exitCode}`;
  return error?.message ?? 'failed';
}

const lastLines = (text) =>
  text
    .trimEnd()
    .split('\n')
    .slice(-shownOutputLines)
    .map((line) => `      ${line}`)
    .join('\n');
