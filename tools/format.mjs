// Formats the whole checkout, and corrects what the linter can correct safely.
import { programOf, runProgram } from './check/run-program.mjs';

const fixed = await runProgram(programOf('oxlint'), ['--fix', 'packages', 'apps', 'bench', 'infra', 'tools']);
const formatted = await runProgram(programOf('oxfmt'), ['.']);
console.log(formatted.output);
if (!formatted.ok) process.exitCode = 1;
if (!fixed.ok) console.log('The linter has more to say: npm run check -- lint');
