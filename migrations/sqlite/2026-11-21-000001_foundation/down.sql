DROP TABLE contacts;
DROP TABLE data_keys;
DROP TABLE installation;
