DROP TABLE sign_ins;
DROP TABLE sessions;
DROP TABLE accounts;
