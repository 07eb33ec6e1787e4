DROP INDEX tickets_address;
ALTER TABLE tickets DROP COLUMN address_index;
