CREATE TABLE booking_requests (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id),
    contact BIGINT REFERENCES contacts (id),
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'unverified', 'sent', 'quarantined', 'accepted',
        'declined', 'withdrawn', 'expired', 'lapsed', 'removed')),
    quarantined_from TEXT CHECK (quarantined_from IN ('unverified', 'sent')),
    acceptance BIGINT REFERENCES acceptances (id),
    artist_acceptance BIGINT REFERENCES acceptances (id),
    accepted_night TEXT,
    accepted_sha256 TEXT,
    requester BLOB NOT NULL,
    event_city TEXT NOT NULL,
    event_country TEXT NOT NULL,
    first_night TEXT NOT NULL,
    last_start_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    age_attested TEXT NOT NULL CHECK (age_attested IN ('adult', 'guardian')),
    policy_version BIGINT NOT NULL,
    address_corrected BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    -- The disclaimer, enforced by construction: nothing past draft without its acceptance.
    CHECK (state = 'draft' OR acceptance IS NOT NULL),
    CHECK (state <> 'accepted' OR (accepted_night IS NOT NULL AND artist_acceptance IS NOT NULL)),
    CHECK ((state = 'quarantined') = (quarantined_from IS NOT NULL))
);
CREATE INDEX booking_requests_due ON booking_requests (state, expires_at);
CREATE INDEX booking_requests_artist ON booking_requests (artist, id);
CREATE INDEX booking_requests_contact ON booking_requests (contact, id);

CREATE TABLE revisions (
    id BIGINT PRIMARY KEY NOT NULL,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    n BIGINT NOT NULL CHECK (n >= 1),
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    terms BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX revisions_request ON revisions (request, n);

CREATE TABLE messages (
    id BIGINT PRIMARY KEY NOT NULL,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_request ON messages (request, id);

CREATE TABLE request_events (
    id BIGINT PRIMARY KEY NOT NULL,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    move TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('promoter', 'artist', 'system', 'moderator')),
    note BLOB,
    created_at BIGINT NOT NULL
);
CREATE INDEX request_events_request ON request_events (request, id);

-- The key a form carried, and what was sent under it: the same again is the same request.
CREATE TABLE submissions (
    key_index BLOB PRIMARY KEY NOT NULL,
    body_index BLOB NOT NULL,
    request BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX submissions_created ON submissions (created_at);

-- Signed links: who opens one acts as that contact, for that thread or artist only.
CREATE TABLE links (
    id BIGINT PRIMARY KEY NOT NULL,
    token_index BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm_request', 'thread', 'confirm_listing')),
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    request BIGINT REFERENCES booking_requests (id) ON DELETE CASCADE,
    artist BIGINT REFERENCES artists (id) ON DELETE CASCADE,
    contact BIGINT NOT NULL REFERENCES contacts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX links_token_index ON links (token_index);
CREATE INDEX links_request ON links (request);
CREATE INDEX links_expires ON links (expires_at);
