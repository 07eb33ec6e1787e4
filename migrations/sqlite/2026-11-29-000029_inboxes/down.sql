ALTER TABLE artists DROP COLUMN answer_minutes;
ALTER TABLE artists DROP COLUMN answered_count;
ALTER TABLE artists DROP COLUMN asked_count;
ALTER TABLE booking_requests DROP COLUMN replied_at;
ALTER TABLE booking_requests DROP COLUMN answered_at;
DROP TABLE artist_blocks;
DROP TABLE saved_views;
DROP TABLE request_marks;
DROP TABLE request_news;
