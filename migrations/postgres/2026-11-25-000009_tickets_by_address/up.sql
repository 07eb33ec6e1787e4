-- Who wrote, by the keyed hash of the address: what people wrote is theirs to read and to erase.
ALTER TABLE tickets ADD COLUMN address_index BYTEA;
CREATE INDEX tickets_address ON tickets (address_index);
