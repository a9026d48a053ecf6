import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../root.mjs';

/** Runs the console's component tests by Vitest; its own output is shown only when something failed. */
export async function runWebSuite(files, { namePattern, showsOutput, signal }) {
  const web = join(root, 'packages/web');
  const report = join(root, '.cache/tests', `web-${process.pid}.json`);
  mkdirSync(dirname(report), { recursive: true });
  const names = files.map(({ path }) => relative(web, join(root, path)));
  const filter = namePattern === undefined ? [] : ['--testNamePattern', namePattern];
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [program, 'run', ...reporters, ...filter, ...names];
  const { output, code } = await collect(process.execPath, args, { cwd: web, signal });
  const result = readReport(report);
  rmSync(report, { force: true });
  if (result === undefined || code !== 0 || showsOutput) process.stdout.write(output);
  if (result === undefined) return { passed: 0, failed: 1, skipped: 0, failures: ['  ✖ Vitest broke'] };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = result;
  // A file that cannot be loaded, or an error outside of a test, fails the run without a failed test.
  const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests;
  if (code === 0) process.stdout.write(`  ✓ ${files.length} files  ${passed} tests\n`);
  return { passed, failed, skipped: numPendingTests + numTodoTests, failures: describeFailures(result) };
}

function describeFailures({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const path = relative(root, name);
    if (failed.length === 0) return message ? [`  ✖ ${path}: ${message}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `  ✖ ${fullName} (${path})\n${failureMessages.join('\n').replace(/^/gm, '      ')}`,
    );
  });
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function collect(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ output, code }));
  });
}
