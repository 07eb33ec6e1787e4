-- One row: what this database is, and the key that signs its receipts.
CREATE TABLE installation (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    kind TEXT NOT NULL CHECK (kind IN ('demo', 'production')),
    created_at BIGINT NOT NULL,
    receipt_public BYTEA NOT NULL,
    receipt_secret BYTEA NOT NULL
);

-- Keys that seal a person's or a thread's fields, wrapped by the master key. Destroying a key
-- blanks "wrapped" and keeps the row, so that nobody takes the loss for a fault.
CREATE TABLE data_keys (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'thread')),
    wrapped BYTEA,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT
);

-- People known by an address. The address is sealed; the index finds it.
CREATE TABLE contacts (
    id BIGINT PRIMARY KEY NOT NULL,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    address_index BYTEA NOT NULL,
    address BYTEA NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX contacts_address_index ON contacts (address_index);
