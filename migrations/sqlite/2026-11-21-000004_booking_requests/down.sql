DROP TABLE links;
DROP TABLE submissions;
DROP TABLE request_events;
DROP TABLE messages;
DROP TABLE revisions;
DROP TABLE booking_requests;
