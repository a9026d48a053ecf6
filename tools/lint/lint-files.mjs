import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../root.mjs';

/**
 * Lints files in a folder of their own by the real oxlint with one of our rules.
 * @param {string} rule a rule of the plugin, without its prefix
 * @param {Record<string, string>} files path in a checkout -> source
 * @returns {Promise<Record<string, string[]>>} the messages of each file, in the order of their lines
 */
export async function lintFiles(rule, files) {
  const folder = mkdtempSync(join(tmpdir(), 'dumont-lint-'));
  try {
    const config = {
      plugins: [],
      categories: { correctness: 'off' },
      jsPlugins: [join(root, 'tools/lint/plugin.mjs')],
      rules: { [`dumont/${rule}`]: 'error' },
    };
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const report = JSON.parse(await oxlint(folder));
    const messages = Object.fromEntries(Object.keys(files).map((path) => [path, []]));
    const offsetOf = (diagnostic) => diagnostic.labels[0]?.span.offset ?? 0;
    for (const diagnostic of report.diagnostics.toSorted((a, b) => offsetOf(a) - offsetOf(b))) {
      messages[diagnostic.filename].push(diagnostic.message);
    }
    return messages;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function oxlint(cwd) {
  const program = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, '--format', 'json', '.'], { cwd }, (error, stdout, stderr) => {
      // Exit code 1 says that something was found.
      if (error !== null && error.code !== 1) reject(new Error(`oxlint: ${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}
