-- The calendar of an artist: what its team blocks, the secret links to it, and the days on which
-- nothing can be asked, written out for lists and forms.
ALTER TABLE calendars ADD COLUMN pending_blocks BIGINT NOT NULL DEFAULT 0
    CHECK (pending_blocks IN (0, 1));
ALTER TABLE calendars ADD COLUMN filled_until TEXT NOT NULL DEFAULT '';
CREATE INDEX calendars_filled ON calendars (filled_until);

-- Days that are blocked once, every week or every year, as they were said. Why is not asked.
CREATE TABLE calendar_blocks (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    repeats TEXT NOT NULL CHECK (repeats IN ('once', 'weekly', 'yearly')),
    repeats_until TEXT,
    imported BIGINT NOT NULL CHECK (imported IN (0, 1)),
    created_at BIGINT NOT NULL,
    CHECK (first_day <= last_day)
);
CREATE INDEX calendar_blocks_artist ON calendar_blocks (artist, first_day, id);

-- Secret links by which a member's own calendar program reads an artist's calendar.
CREATE TABLE calendar_feeds (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    token_index BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendar_feeds_token ON calendar_feeds (token_index);
CREATE INDEX calendar_feeds_artist ON calendar_feeds (artist, contact);
CREATE INDEX calendar_feeds_contact ON calendar_feeds (contact);

-- The nights that each request proposes now.
CREATE TABLE request_nights (
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    night TEXT NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id),
    PRIMARY KEY (request, night)
);
CREATE INDEX request_nights_artist ON request_nights (artist, night, request);
INSERT INTO request_nights (request, night, artist)
    SELECT id, first_night, artist FROM booking_requests WHERE first_night <> ''
    UNION SELECT id, night, artist FROM booking_requests WHERE night IS NOT NULL;

-- Derived from the above, as the lists are derived from artists: the days on which an act takes no
-- request, three years ahead.
CREATE TABLE artist_busy_days (
    artist BIGINT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (artist, day)
) WITHOUT ROWID;
