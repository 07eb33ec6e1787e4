-- The second factor of an account: a seed for one-time codes (RFC 6238), sealed under its owner's
-- key. "last_step" is the time step of the last code that was used: none is taken twice.
CREATE TABLE second_factors (
    account BIGINT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    seed BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at BIGINT,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

-- Codes for who has lost the device, each good once; only their keyed hashes.
CREATE TABLE recovery_codes (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_index BLOB NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account, code_index)
);
