/**
 * What `npm start`, `npm test` and the others run, and what has to be there first. `console`: the built console, and
 * the built agent of machines.
 * `systemPackages`: the name under which `system-packages.mjs` lists what the command needs of Debian.
 */
export const commands = {
  start: {
    file: 'packages/server/src/main.ts',
    console: true,
    systemPackages: 'start',
    // Who tries it out has no account at a cloud: one is simulated beside the server, unless told otherwise.
    environment: { DUMONT_SIMULATOR: 'true', DUMONT_STOREFRONT: 'true' },
  },
  dumont: { file: 'packages/cli/src/main.ts' },
  simulator: { file: 'packages/simulator/bin/simulator.ts', systemPackages: 'start' },
  'mercado-pago': { file: 'packages/simulator/bin/mercado-pago.ts' },
  test: { file: 'tools/test.mjs', console: true, systemPackages: 'test' },
  e2e: { file: 'tools/test.mjs', args: ['--suite', 'e2e'], console: true, systemPackages: 'e2e' },
  simulate: { file: 'tools/test.mjs', args: ['--suite', 'simulation'], systemPackages: 'start' },
  fuzz: { file: 'tools/test.mjs', args: ['--suite', 'fuzz'], systemPackages: 'start' },
  check: { file: 'tools/check.mjs' },
  format: { file: 'tools/format.mjs' },
  generate: { file: 'tools/generate.mjs' },
  bench: { file: 'bench/main.ts', console: true, systemPackages: 'start' },
  build: { file: 'tools/build.mjs', console: true },
};
