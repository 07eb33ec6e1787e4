DROP TABLE staff_looks;
DROP INDEX accounts_name;
ALTER TABLE accounts DROP COLUMN name_index;
ALTER TABLE sessions DROP COLUMN elevated_until;
DROP INDEX tickets_artist;
DROP INDEX tickets_decided_by;
DROP INDEX tickets_open;
DELETE FROM tickets WHERE kind NOT IN ('report', 'correction', 'contact');
ALTER TABLE tickets
    DROP COLUMN decision,
    DROP COLUMN decided_at,
    DROP COLUMN decided_by,
    DROP COLUMN reason;
ALTER TABLE tickets DROP CONSTRAINT tickets_kind_check;
ALTER TABLE tickets ADD CONSTRAINT tickets_kind_check
    CHECK (kind IN ('report', 'correction', 'contact'));
