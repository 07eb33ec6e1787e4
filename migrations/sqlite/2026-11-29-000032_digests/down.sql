DROP INDEX accounts_digest;
ALTER TABLE accounts DROP COLUMN digest_due_at;
ALTER TABLE accounts DROP COLUMN zone;
DELETE FROM notification_switches WHERE how <> 'never';
ALTER TABLE notification_switches DROP COLUMN how;
