import type { Launcher } from './launcher.ts';

/** Measured for one host with up to 50 connections: 18 MB in six processes while idle. */
export function settingsFor(launcher: Launcher, unsafeFast: boolean): Record<string, string> {
  const { socket, runSocket } = launcher.folders;
  return {
    listen_addresses: '',
    unix_socket_directories: [socket, runSocket].map(quoteListItem).join(','),
    // One mode for both sockets; the modes of the folders decide who reaches them.
    unix_socket_permissions: '0777',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '50',
    shared_buffers: '64MB',
    jit: 'off',
    io_method: 'sync',
    max_wal_size: '256MB',
    autovacuum_worker_slots: '3',
    max_worker_processes: '4',
    wal_level: 'replica',
    max_wal_senders: '2',
    // synchronous_commit stays on: what was committed survives a killed PostgreSQL in tests too.
    // All servers of a test run share the one of the tests.
    ...(unsafeFast && {
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      wal_level: 'minimal',
      max_wal_senders: '0',
      // Each test file has a database of its own: the vacuum would go round hundreds of them, which live for seconds.
      autovacuum: 'off',
      // A statement is planned once for each connection, not five times before: an eighth of what histories cost.
      plan_cache_mode: 'force_generic_plan',
    }),
  };
}

function quoteListItem(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
