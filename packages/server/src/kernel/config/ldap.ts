import type { OwnSettings } from './settings.ts';

/** A directory (LDAP) whose users may sign in with the password that they have there. */
export interface LdapConfig {
  readonly url: string;
  readonly startTls: boolean;
  /** As whom entries are looked for; undefined searches without a name. */
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly base: string;
  /** Finds the entry of a name: `{name}` stands for what was typed, escaped. */
  readonly filter: string;
  readonly attributes: {
    readonly email: string;
    readonly name: string;
    readonly username: string;
    readonly groups: string;
  };
  /** Role in the project `default` for whom no group decides; null for none. */
  readonly role: string | null;
  /** The first group that fits decides. The role `admin` is given for the whole installation. */
  readonly groupRoles: readonly { readonly group: string; readonly role: string }[];
  /** True where the directory vouches for its e-mail addresses: users who are here already are joined by them. */
  readonly trustsEmail: boolean;
  readonly timeoutSeconds: number;
  /** Certificates (PEM) that the directory's is checked against, instead of the system's. */
  readonly caFile: string | undefined;
}

const attributeShape = /^[A-Za-z][A-Za-z0-9;-]*$/;
const isLoopback = (url: string): boolean => /^ldap:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(url);

export const readLdapConfig = (own: OwnSettings): LdapConfig => {
  const url = own.requiredUrl('URL', ['ldap:', 'ldaps:']);
  const startTls = own.flag('START_TLS', false);
  if (startTls && url.startsWith('ldaps:'))
    own.wrong('START_TLS', 'true', 'false, as ldaps:// is encrypted from the first byte');
  if (url.startsWith('ldap:') && !startTls && !isLoopback(url)) {
    own.wrong(
      'URL',
      url,
      'ldaps://, or ldap:// together with DUMONT_LDAP_START_TLS=true: passwords travel on it',
    );
  }
  const dn = own.text('BIND_DN');
  const password = own.text('BIND_PASSWORD');
  if ((dn === undefined) !== (password === undefined)) {
    // A name without a password is an anonymous bind that looks like a success.
    own.wrong(
      dn === undefined ? 'BIND_DN' : 'BIND_PASSWORD',
      '',
      'both DUMONT_LDAP_BIND_DN and _BIND_PASSWORD, or neither',
    );
  }
  const filter = own.text('FILTER') ?? '(|(uid={name})(mail={name}))';
  if (!filter.includes('{name}') || !filter.startsWith('(') || !filter.endsWith(')')) {
    own.wrong('FILTER', filter, 'a filter in parentheses with {name} where the name goes');
  }
  const attribute = (setting: string, otherwise: string): string => {
    const value = own.text(setting) ?? otherwise;
    if (!attributeShape.test(value)) own.wrong(setting, value, 'the name of an attribute');
    return value;
  };
  const role = own.text('ROLE') ?? 'viewer';
  return {
    url,
    startTls,
    bind: dn === undefined || password === undefined ? undefined : { dn, password },
    base: own.required('BASE'),
    filter,
    attributes: {
      email: attribute('EMAIL_ATTRIBUTE', 'mail'),
      name: attribute('NAME_ATTRIBUTE', 'cn'),
      username: attribute('USERNAME_ATTRIBUTE', 'uid'),
      groups: attribute('GROUPS_ATTRIBUTE', 'memberOf'),
    },
    role: role === 'none' ? null : role,
    groupRoles: readGroupRoles(own),
    trustsEmail: own.flag('TRUST_EMAIL', false),
    timeoutSeconds: own.integer('TIMEOUT_SECONDS', 5, { min: 1, max: 60 }),
    caFile: own.text('CA_FILE'),
  };
};

/** `cn=operators,ou=groups,dc=example,dc=org => operator; ...` */
const readGroupRoles = (own: OwnSettings): LdapConfig['groupRoles'] =>
  (own.text('GROUP_ROLES') ?? '')
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .flatMap((item) => {
      const [, group, role] = /^(.+=.+?)\s*=>\s*([^\s=>]+)$/.exec(item) ?? [];
      if (group !== undefined && role !== undefined) return [{ group, role }];
      own.wrong('GROUP_ROLES', item, 'group => role, more of them separated by semicolons');
      return [];
    });
