-- Instead of at once, mails can come once a day, in the morning of who reads them.
ALTER TABLE notification_switches ADD COLUMN how TEXT NOT NULL DEFAULT 'never'
    CHECK (how IN ('digest', 'never'));
ALTER TABLE accounts ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE accounts ADD COLUMN digest_due_at BIGINT;
CREATE INDEX accounts_digest ON accounts (digest_due_at);
