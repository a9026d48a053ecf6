import { writeFile } from 'node:fs/promises';
import { routes } from '@dumont/contracts/routes';
import { createOpenApi } from '../src/kernel/http/openapi.ts';
import { version } from '../src/kernel/version.ts';

/** Writes the OpenAPI document that the server answers at `/openapi.json`. */
await writeFile(
  new URL('../../../docs/openapi.json', import.meta.url),
  `${JSON.stringify(createOpenApi(routes, version), null, 2)}\n`,
);
