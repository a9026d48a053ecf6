import type { MachineShell } from './machine-shell.ts';

/** What this module needs to know of a machine. */
export interface MachineRef {
  readonly id: string;
  /** How people call it. */
  readonly name: string;
  readonly projectId: string;
  readonly ownerId: string | null;
  /** Rises with every change of authority. */
  readonly epoch: number;
}

/** A machine that can be worked in. */
export interface OpenMachine extends AsyncDisposable {
  readonly machine: MachineRef;
  readonly shell: MachineShell;
  /** Where this machine reaches the server, without a path: a public address, or the end of a tunnel. */
  readonly serverUrl: string;
  /** The path of restic in it. */
  readonly resticProgram: string;
  /**
   * Who may enter now is let in, and nobody else of those that files which were brought back would let in. Throws
   * `ShellLost` where it cannot be reached.
   */
  letIn(): Promise<void>;
}

/** The port that module machines implements. */
export interface Machines {
  /** By what `instance_id` is on the wire; undefined for none. */
  find(instanceId: string): Promise<MachineRef | undefined>;
  /** Throws `machine.state` for one that does not run: nothing in it can be read. */
  checkRunning(machineId: string): Promise<void>;
  /** Throws `machine.unreachable` for one that cannot be worked in now. */
  open(machineId: string, signal: AbortSignal): Promise<OpenMachine>;
}
