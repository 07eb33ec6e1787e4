DROP TABLE receipt_head;
DROP TABLE receipt_chain;
DROP TABLE acceptances;
DROP TABLE disclaimer_versions;
