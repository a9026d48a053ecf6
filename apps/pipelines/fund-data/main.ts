import { runPipeline } from '../src/lib/run.ts';
import { processRuntime } from '../src/lib/runtime.ts';
import { fundDataSystems } from './systems.ts';

const manifest = new URL('manifest.json', import.meta.url);
process.exitCode = await runPipeline(manifest, fundDataSystems, process.argv.slice(2), processRuntime());
