import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A machine as one enters it. */
export interface SshTarget {
  /** Ways to the same machine, e.g. direct and through the provider's proxy. */
  readonly addresses: readonly Address[];
  readonly user: string;
  /** In OpenSSH's format. */
  readonly privateKey: string;
  /**
   * What it must show: a line of OpenSSH (`ssh-ed25519 AAAA...`) or `SHA256:...`. Undefined at first use: its key is
   * handed back, to be kept.
   */
  readonly hostKey: string | undefined;
}

/** What every connection needs. */
export interface SshDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * - `refused`: nothing listens there, there is no way to it, or the machine allows no more of what was asked;
 * - `timeout`: no TCP connection in time;
 * - `hung`: a TCP connection, but nobody who answers in time;
 * - `auth`: our key is not accepted;
 * - `host_key`: another machine, or somebody in between;
 * - `closed`: the connection ended, or what answers does not speak SSH.
 */
export type SshFailure = 'refused' | 'timeout' | 'auth' | 'host_key' | 'hung' | 'closed';

export class SshError extends Error {
  override readonly name = 'SshError';
  readonly failure: SshFailure;

  constructor(failure: SshFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
