-- What staff decide: tickets of two more kinds, each decided once with a reason (sealed with the
-- ticket); sign-ins that may decide for an hour; names by which an account is found; and what staff
-- looked at, for its owner.
ALTER TABLE tickets DROP CONSTRAINT tickets_kind_check;
ALTER TABLE tickets ADD CONSTRAINT tickets_kind_check
    CHECK (kind IN ('report', 'correction', 'contact', 'claim', 'new_artist'));
ALTER TABLE tickets
    ADD COLUMN decision TEXT CHECK (decision IN ('done', 'refused', 'listed', 'hidden', 'removed')),
    ADD COLUMN decided_at BIGINT,
    ADD COLUMN decided_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    ADD COLUMN reason BYTEA;
CREATE INDEX tickets_artist ON tickets (artist);
CREATE INDEX tickets_decided_by ON tickets (decided_by);
CREATE INDEX tickets_open ON tickets (decided_at, id);

ALTER TABLE sessions ADD COLUMN elevated_until BIGINT;

ALTER TABLE accounts ADD COLUMN name_index BYTEA;
CREATE INDEX accounts_name ON accounts (name_index);

CREATE TABLE staff_looks (
    id BIGINT PRIMARY KEY NOT NULL,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    staff BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX staff_looks_account ON staff_looks (account, id);
CREATE INDEX staff_looks_staff ON staff_looks (staff, account);
