import { runPipeline } from '../src/lib/run.ts';
import { processRuntime } from '../src/lib/runtime.ts';
import { readPortals } from '../src/systems/portal/definition.ts';
import { createPortal } from '../src/systems/portal/portal.ts';

/** Downloads from private portals: see manifest.json for the systems, portals.json for where their files are. */
const portals = readPortals(new URL('portals.json', import.meta.url));

process.exitCode = await runPipeline(
  new URL('manifest.json', import.meta.url),
  Object.fromEntries(portals.map((definition) => [definition.system, createPortal(definition)])),
  process.argv.slice(2),
  processRuntime(),
);
