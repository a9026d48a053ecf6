import { readFileSync } from 'node:fs';

/** Which files of a portal go where. The first rule that fits a name decides. */
export interface FileRule {
  /** Lower case, with the point. */
  readonly extensions: readonly string[];
  /** A regular expression that the name must match, upper and lower case alike. */
  readonly match?: string;
  /** The rule holds only while this option of the system is on; when it is off the file is left. */
  readonly option?: string;
  /** Key in `paths`. */
  readonly path: string;
}

/** A condition that comes on top: a name that matches needs the option. */
export interface KindRule {
  readonly match: string;
  readonly option: string;
}

/** One entry of portals.json; an operator fits it to the portal of their administrator. */
export interface PortalDefinition {
  readonly system: string;
  /** Key in `credentials`; null: no login, the address is `sources.<system>`, which may be a folder. */
  readonly credential: string | null;
  /** Below the credential's address; {data_inicial} and {data_final} become DD/MM/YYYY, {inicio} and {fim} YYYY-MM-DD. */
  readonly list: string;
  readonly files: readonly FileRule[];
  readonly kinds?: readonly KindRule[];
}

export function readPortals(url: URL): PortalDefinition[] {
  return JSON.parse(readFileSync(url, 'utf8')) as PortalDefinition[];
}
