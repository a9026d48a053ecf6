-- Machines that are held by runs: who is at work on them, and what is to become of them afterwards.

ALTER TABLE machines ADD COLUMN made_for_runs boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN machines.made_for_runs IS 'Rented by a run, not by a person: any run of its project that it fits may have it.';

CREATE TABLE machine_holds (
  run_id uuid NOT NULL,
  attempt integer NOT NULL,
  machine_id uuid NOT NULL REFERENCES machines,
  is_waker boolean NOT NULL,
  taken_at timestamptz NOT NULL,
  released_at timestamptz,
  PRIMARY KEY (run_id, attempt)
);
CREATE UNIQUE INDEX machine_holds_one ON machine_holds (machine_id) WHERE released_at IS NULL;
CREATE INDEX machine_holds_by_machine ON machine_holds (machine_id);
COMMENT ON TABLE machine_holds IS 'One run at a time has a machine. A held one is not put to sleep, moved, restarted or destroyed.';
COMMENT ON COLUMN machine_holds.is_waker IS 'The machine was rented or woken for it: it goes to sleep when nobody holds it any more.';
COMMENT ON COLUMN machine_holds.released_at IS 'The run is over; the row goes when the machine has been looked at.';
