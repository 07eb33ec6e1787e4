DROP TABLE artist_busy_days;
DROP TABLE request_nights;
DROP TABLE calendar_feeds;
DROP TABLE calendar_blocks;
DROP INDEX calendars_filled;
ALTER TABLE calendars DROP COLUMN filled_until;
ALTER TABLE calendars DROP COLUMN pending_blocks;
