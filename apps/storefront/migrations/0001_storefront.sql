-- Products, orders and their money. Amounts are reais with two decimals.

CREATE TABLE products (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  description text NOT NULL CHECK (length(description) <= 1000),
  price numeric(12, 2) NOT NULL CHECK (price > 0),
  category text NOT NULL CHECK (category IN ('Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa')),
  is_active boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX products_name ON products (lower(name));

-- The name is the content's hash: the same picture is kept once.
CREATE TABLE product_images (
  product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[0-9a-f]{64}\.(png|jpg|webp)$'),
  added_at timestamptz NOT NULL,
  PRIMARY KEY (product_id, name)
);

-- A sequence never waits for another transaction, as a counter in a row would; a day's numbers count from its base.
CREATE SEQUENCE pickup_numbers;
CREATE TABLE pickup_days (
  day date PRIMARY KEY,
  base bigint NOT NULL
);

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  number integer NOT NULL CHECK (number > 0),
  customer_id uuid,
  -- Of an order without a customer: its token is this salt under the caller's idempotency key, or a random one.
  token_salt bytea,
  token_hash bytea,
  status text NOT NULL
    CHECK (status IN ('open', 'pending', 'received', 'preparing', 'ready', 'completed', 'cancelled')),
  total numeric(12, 2) NOT NULL CHECK (total > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  received_at timestamptz,
  ready_at timestamptz,
  idempotency_scope text,
  idempotency_key bytea,
  request_hash bytea,
  CHECK ((idempotency_scope IS NULL) = (idempotency_key IS NULL)),
  CHECK ((idempotency_key IS NULL) = (request_hash IS NULL)),
  -- Paid for is received, and the other way round.
  CHECK (status NOT IN ('received', 'preparing', 'ready', 'completed') OR received_at IS NOT NULL)
);
CREATE UNIQUE INDEX orders_idempotency ON orders (idempotency_scope, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX orders_number_in_use ON orders (number) WHERE status NOT IN ('completed', 'cancelled');
CREATE INDEX orders_of_customer ON orders (customer_id, created_at) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_by_age ON orders (created_at, id);
CREATE INDEX orders_on_boards ON orders (created_at) WHERE status IN ('received', 'preparing', 'ready');
CREATE INDEX orders_to_expire ON orders (expires_at) WHERE status = 'open';

CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders,
  position smallint NOT NULL,
  -- No reference: the product may be gone, what was sold is not.
  product_id uuid NOT NULL,
  name text NOT NULL,
  unit_price numeric(12, 2) NOT NULL CHECK (unit_price > 0),
  quantity smallint NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  note text CHECK (length(note) <= 200),
  PRIMARY KEY (order_id, position)
);

CREATE TABLE order_history (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  status text NOT NULL,
  -- 'guest', 'customer', 'user', 'payment' or 'clock'; only staff is named: a customer is in the order, until erased.
  actor_kind text NOT NULL CHECK (actor_kind IN ('guest', 'customer', 'user', 'payment', 'clock')),
  actor_id uuid CHECK ((actor_id IS NULL) = (actor_kind <> 'user')),
  at timestamptz NOT NULL
);
CREATE INDEX order_history_of_order ON order_history (order_id, sequence);

-- What watchers of the boards are told, by number. The order itself is read when it is told of.
CREATE TABLE board_changes (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX board_changes_at ON board_changes (at);

-- A payment is its own outbox: what is meant is written here first, and the worker that has the lease brings it
-- about. Who claims a row takes its due time away; what comes meanwhile sets a new one.
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  status text NOT NULL CHECK (status IN
    ('creating', 'pending', 'approved', 'refused', 'cancelled', 'expired', 'refunded', 'failed')),
  goal text NOT NULL CHECK (goal IN ('paid', 'cancelled', 'refunded')),
  amount numeric(12, 2) NOT NULL CHECK (amount > 0),
  external_id text,
  qr_data text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  due_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  lease_token uuid,
  lease_until timestamptz
);
CREATE UNIQUE INDEX payments_external ON payments (external_id) WHERE external_id IS NOT NULL;
-- One charge at a time is open for an order.
CREATE UNIQUE INDEX payments_live ON payments (order_id)
  WHERE goal = 'paid' AND status IN ('creating', 'pending');
CREATE INDEX payments_of_order ON payments (order_id, created_at);
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payments_leased ON payments (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE payment_notifications (
  id uuid PRIMARY KEY,
  external_id text NOT NULL,
  received_at timestamptz NOT NULL,
  due_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  lease_token uuid,
  lease_until timestamptz
);
CREATE INDEX payment_notifications_waiting ON payment_notifications (external_id) WHERE due_at IS NOT NULL;
CREATE INDEX payment_notifications_due ON payment_notifications (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payment_notifications_leased ON payment_notifications (lease_until)
  WHERE lease_until IS NOT NULL;

-- Customers who were forgotten: their orders at once; their record in the pool by a worker, where we were told first.
CREATE TABLE erasures (
  id uuid PRIMARY KEY,
  requested_at timestamptz NOT NULL,
  done_at timestamptz,
  -- When the pool erased the customer itself, as it told us: from the latest on it is asked for more.
  told_at timestamptz,
  due_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  lease_token uuid,
  lease_until timestamptz
);
CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX erasures_leased ON erasures (lease_until) WHERE lease_until IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER order_history_append_only BEFORE UPDATE OR DELETE ON order_history
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A note may hold a name: it alone goes when a customer is erased.
CREATE TRIGGER order_items_unchanged BEFORE UPDATE ON order_items
  FOR EACH ROW WHEN (NEW.note IS NOT NULL
    OR (NEW.order_id, NEW.position, NEW.product_id, NEW.name, NEW.unit_price, NEW.quantity)
      IS DISTINCT FROM (OLD.order_id, OLD.position, OLD.product_id, OLD.name, OLD.unit_price, OLD.quantity))
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_items_stay BEFORE DELETE ON order_items
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orders_total_unchanged BEFORE UPDATE ON orders
  FOR EACH ROW WHEN (NEW.total <> OLD.total) EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.total IS DISTINCT FROM
    (SELECT sum(quantity * unit_price) FROM storefront.order_items WHERE order_id = NEW.id)
  THEN
    RAISE EXCEPTION 'the total of order % is not the sum of its items', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER orders_total AFTER INSERT ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_total();

CREATE FUNCTION check_totals_of_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM storefront.orders
    WHERE id IN (SELECT order_id FROM added) AND total IS DISTINCT FROM
      (SELECT sum(quantity * unit_price) FROM storefront.order_items WHERE order_id = orders.id))
  THEN
    RAISE EXCEPTION 'the total of an order is not the sum of its items' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER order_items_total AFTER INSERT ON order_items
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_totals_of_new_items();
