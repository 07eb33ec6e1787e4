ALTER TABLE installation DROP COLUMN proof_secret;
ALTER TABLE installation DROP COLUMN index_secret;
