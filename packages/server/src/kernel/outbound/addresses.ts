import type { Finding } from '@dumont/contracts/finding';
import { found } from '@dumont/contracts/findings';
import ipaddr from 'ipaddr.js';
import { ConfigError } from '../config/settings.ts';

/** What the operator lets users reach although it is not on the public internet. */
export interface AllowList {
  readonly hosts: ReadonlySet<string>;
  readonly ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

const hostPattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** Reads host names, addresses and CIDR ranges. Throws ConfigError for anything else. */
export const parseAllowList = (entries: readonly string[]): AllowList => {
  const hosts = new Set<string>();
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const entry of entries) {
    const name = entry.toLowerCase();
    if (ipaddr.isValidCIDR(name)) ranges.push(ipaddr.parseCIDR(name));
    else if (ipaddr.IPv4.isValidFourPartDecimal(name)) ranges.push([ipaddr.IPv4.parse(name), 32]);
    else if (ipaddr.IPv6.isValid(name)) ranges.push([ipaddr.IPv6.parse(name), 128]);
    else if (hostPattern.test(name) && !/^[\d.]+$/.test(name)) hosts.add(name);
    else {
      throw new ConfigError(
        `DUMONT_OUTBOUND_ALLOW: found ${JSON.stringify(entry)}, allowed: host names, addresses and ranges such as 10.0.0.0/8, separated by commas`,
      );
    }
  }
  return { hosts, ranges };
};

/** IANA has given out nothing else to the internet: other prefixes are reserved, translated or local. */
const globalIPv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Why this address may not be called, or undefined where it may. */
export const refusalOf = (address: string, allow: AllowList): Finding | undefined => {
  // An IPv4 address written as IPv6 is judged as what it reaches.
  const parsed = ipaddr.process(address);
  const listed = allow.ranges.some(
    ([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits),
  );
  if (listed) return undefined;
  const range = parsed.range();
  if (range !== 'unicast') return found('outbound.not_public_but', { range: words[range] ?? range });
  if (parsed.kind() === 'ipv6' && !parsed.match(globalIPv6)) return found('outbound.not_public');
  return undefined;
};

const words: Readonly<Record<string, string>> = {
  carrierGradeNat: 'carrier-grade NAT',
  linkLocal: 'link-local',
  uniqueLocal: 'private',
};
