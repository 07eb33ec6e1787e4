-- Versions of what public pages are made from: 0 lists, 1 to 64 buckets of profiles. A change
-- counts them up; rows are neither added nor deleted.
CREATE TABLE page_versions (
    source BIGINT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);
WITH RECURSIVE sources (source) AS (
    SELECT 0 UNION ALL SELECT source + 1 FROM sources WHERE source < 64
)
INSERT INTO page_versions (source, version) SELECT source, 1 FROM sources;
