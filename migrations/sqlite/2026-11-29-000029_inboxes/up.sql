-- What is new for each person in each of their requests: noted when another side acts, gone when they
-- say that they have read it, or act themselves.
CREATE TABLE request_news (
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    since BIGINT NOT NULL,
    PRIMARY KEY (contact, request)
);
CREATE INDEX request_news_request ON request_news (request);

-- What a person put away, and of what they want no mails.
CREATE TABLE request_marks (
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    archived_at BIGINT,
    muted_at BIGINT,
    PRIMARY KEY (contact, request)
);
CREATE INDEX request_marks_request ON request_marks (request);

-- Searches in their requests that people keep, by a name: sealed, for both may be words.
CREATE TABLE saved_views (
    id BIGINT PRIMARY KEY NOT NULL,
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX saved_views_contact ON saved_views (contact, id);

-- Whom an artist takes no requests from: a promoter, as they know them from a request, or everybody
-- with an address at a domain.
CREATE TABLE artist_blocks (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT REFERENCES contacts (id) ON DELETE CASCADE,
    request BIGINT REFERENCES booking_requests (id) ON DELETE SET NULL,
    domain TEXT,
    created_at BIGINT NOT NULL,
    CHECK ((contact IS NULL) <> (domain IS NULL))
);
CREATE INDEX artist_blocks_artist ON artist_blocks (artist, id);
CREATE INDEX artist_blocks_contact ON artist_blocks (contact);
CREATE INDEX artist_blocks_request ON artist_blocks (request);

-- When the artist's side did something with a request for the first time, and the promoter after that;
-- and for each artist what comes of it in the last twelve months.
ALTER TABLE booking_requests ADD COLUMN answered_at BIGINT;
ALTER TABLE booking_requests ADD COLUMN replied_at BIGINT;
-- Counted anew by the clock: soon after something has changed, and each day, for it grows old.
CREATE TABLE answer_counts (
    artist BIGINT PRIMARY KEY NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL
);
CREATE INDEX answer_counts_due ON answer_counts (due_at);
INSERT INTO answer_counts (artist, due_at)
    SELECT DISTINCT artist, 0 FROM booking_requests WHERE sent_at IS NOT NULL;
ALTER TABLE artists ADD COLUMN asked_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE artists ADD COLUMN answered_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE artists ADD COLUMN answer_minutes BIGINT NOT NULL DEFAULT 0;
UPDATE booking_requests SET answered_at = (
    SELECT min(at) FROM (
        SELECT created_at AS at FROM request_events
            WHERE request_events.request = booking_requests.id AND actor = 'artist'
        UNION ALL SELECT created_at FROM messages
            WHERE messages.request = booking_requests.id AND side = 'artist') AS acts);
UPDATE booking_requests SET replied_at = (
    SELECT min(at) FROM (
        SELECT created_at AS at FROM request_events
            WHERE request_events.request = booking_requests.id AND actor = 'promoter'
        UNION ALL SELECT created_at FROM messages
            WHERE messages.request = booking_requests.id AND side = 'promoter') AS acts
    WHERE at >= booking_requests.answered_at)
    WHERE answered_at IS NOT NULL;
