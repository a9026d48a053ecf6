// Writes what is generated from other files and committed.
import { generateAll } from './check/generated.mjs';

const failures = await generateAll();
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
