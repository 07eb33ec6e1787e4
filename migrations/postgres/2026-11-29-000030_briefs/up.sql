-- The same request to several artists at once: each is a request of its own, and all of them carry the
-- number of the first and how many were asked.
ALTER TABLE booking_requests ADD COLUMN brief BIGINT;
ALTER TABLE booking_requests ADD COLUMN asked BIGINT NOT NULL DEFAULT 1 CHECK (asked BETWEEN 1 AND 10);
CREATE INDEX booking_requests_brief ON booking_requests (brief);

-- Acts that a person keeps in sight.
CREATE TABLE shortlisted (
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (contact, artist)
);
CREATE INDEX shortlisted_artist ON shortlisted (artist);

-- Request forms that a person keeps to begin others with: name and fields, sealed.
CREATE TABLE request_templates (
    id BIGINT PRIMARY KEY NOT NULL,
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX request_templates_contact ON request_templates (contact, id);
