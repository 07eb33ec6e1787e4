DROP TABLE mail_allowances;
DROP TABLE outbox;
