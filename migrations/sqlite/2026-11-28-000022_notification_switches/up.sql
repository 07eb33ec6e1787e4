-- Which mails somebody with an account does not want. What has no row is mailed.
CREATE TABLE notification_switches (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    notice TEXT NOT NULL CHECK (notice IN ('new_request', 'new_message', 'moved')),
    switched_off_at BIGINT NOT NULL,
    PRIMARY KEY (account, notice)
);
