-- The secrets by which look-up columns and proofs are keyed, wrapped like the one that signs receipts:
-- they outlive a master key. Where they are missing, "soundpost migrate" stores those that were
-- derived from the master key until now.
ALTER TABLE installation ADD COLUMN index_secret BLOB;
ALTER TABLE installation ADD COLUMN proof_secret BLOB;
