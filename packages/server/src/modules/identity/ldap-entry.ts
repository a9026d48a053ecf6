import { Email } from '@dumont/contracts/primitives';
import type { Entry } from 'ldapts';
import type { LdapConfig } from '../../kernel/config/ldap.ts';

/** What a directory knows of somebody. */
export interface LdapEntry {
  /** Stays when the entry is renamed or moved: entryUUID (OpenLDAP and others), objectGUID (Active Directory). */
  readonly id: string;
  readonly dn: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly username: string | undefined;
  readonly groups: readonly string[];
}

const idAttributes = { text: 'entryUUID', binary: 'objectGUID' } as const;
export const binaryAttributes: string[] = [idAttributes.binary];
/** Those of the operational kind are sent only when they are asked for by name. */
export const attributesOf = ({ attributes }: Pick<LdapConfig, 'attributes'>): string[] => [
  ...Object.values(attributes),
  ...Object.values(idAttributes),
];

export const readLdapEntry = (entry: Entry, { attributes }: Pick<LdapConfig, 'attributes'>): LdapEntry => {
  const valuesOf = (attribute: string): (string | Buffer)[] => {
    const key = Object.keys(entry).find((known) => known.toLowerCase() === attribute.toLowerCase());
    return key === undefined ? [] : [entry[key] ?? []].flat();
  };
  const textsOf = (attribute: string): string[] =>
    valuesOf(attribute)
      .filter((value) => typeof value === 'string')
      .map((value) => value.trim())
      .filter((value) => value !== '');
  const guid = valuesOf(idAttributes.binary).find((value) => Buffer.isBuffer(value) && value.length > 0);
  return {
    id: textsOf(idAttributes.text)[0] ?? guid?.toString('hex') ?? `dn:${normalizeDn(entry.dn)}`,
    dn: entry.dn,
    email: textsOf(attributes.email)
      .find((value) => Email.safeParse(value).success)
      ?.toLowerCase(),
    name: textsOf(attributes.name)[0]?.slice(0, 200),
    username: textsOf(attributes.username)[0],
    groups: textsOf(attributes.groups),
  };
};

/** For comparing: letter case and spaces around the signs do not count in names of entries. */
export const normalizeDn = (dn: string): string =>
  dn
    .trim()
    .toLowerCase()
    .replaceAll(/\s*([,=+])\s*/g, '$1');
