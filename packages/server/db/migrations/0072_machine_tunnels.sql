-- Without a public address, the agents of machines reach this server through SSH connections that it keeps.

CREATE TABLE machine_tunnels (
  machine_id uuid PRIMARY KEY REFERENCES machines,
  rental_id uuid NOT NULL,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON TABLE machine_tunnels IS 'Keeping the tunnel of a machine, one process at a time for each.';
COMMENT ON COLUMN machine_tunnels.rental_id IS 'Where it leads, or led: another one is tried at once.';
