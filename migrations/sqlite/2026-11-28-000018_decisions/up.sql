-- What staff decide: tickets of two more kinds, each decided once with a reason (sealed with the
-- ticket); sign-ins that may decide for an hour; names by which an account is found; and what staff
-- looked at, for its owner.
ALTER TABLE tickets RENAME TO tickets_before;
DROP INDEX tickets_created;
DROP INDEX tickets_address;
DROP INDEX tickets_key;
CREATE TABLE tickets (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('report', 'correction', 'contact', 'claim', 'new_artist')),
    topic TEXT NOT NULL,
    artist BIGINT REFERENCES artists (id) ON DELETE CASCADE,
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    address_index BLOB,
    decision TEXT CHECK (decision IN ('done', 'refused', 'listed', 'hidden', 'removed')),
    decided_at BIGINT,
    decided_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    reason BLOB
);
INSERT INTO tickets (id, kind, topic, artist, key_id, body, created_at, address_index)
    SELECT id, kind, topic, artist, key_id, body, created_at, address_index FROM tickets_before;
DROP TABLE tickets_before;
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_address ON tickets (address_index);
CREATE INDEX tickets_key ON tickets (key_id);
CREATE INDEX tickets_artist ON tickets (artist);
CREATE INDEX tickets_decided_by ON tickets (decided_by);
CREATE INDEX tickets_open ON tickets (decided_at, id);

ALTER TABLE sessions ADD COLUMN elevated_until BIGINT;

ALTER TABLE accounts ADD COLUMN name_index BLOB;
CREATE INDEX accounts_name ON accounts (name_index);

CREATE TABLE staff_looks (
    id BIGINT PRIMARY KEY NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    staff BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX staff_looks_account ON staff_looks (account, id);
CREATE INDEX staff_looks_staff ON staff_looks (staff, account);
