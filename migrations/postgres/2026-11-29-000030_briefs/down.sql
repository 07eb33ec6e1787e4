DROP TABLE request_templates;
DROP TABLE shortlisted;
DROP INDEX booking_requests_brief;
ALTER TABLE booking_requests DROP COLUMN asked;
ALTER TABLE booking_requests DROP COLUMN brief;
