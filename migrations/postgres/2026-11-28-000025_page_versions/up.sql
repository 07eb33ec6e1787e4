-- Versions of what public pages are made from: 0 lists, 1 to 64 buckets of profiles. A change
-- counts them up; rows are neither added nor deleted. Room is left in the page for updates in place.
CREATE TABLE page_versions (
    source BIGINT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
) WITH (fillfactor = 20);
INSERT INTO page_versions (source, version) SELECT source, 1 FROM generate_series(0, 64) AS source;
