-- The whole life of a request: offers and counter-offers, holds on nights, confirmation by both sides,
-- cancelled and completed nights. The move that sends a request is now called "send"; "confirm" is
-- what both sides do when they have made their agreement elsewhere. The table is made anew, because
-- SQLite changes no CHECK; `db/migrate.rs` has switched off the actions of its foreign keys.
CREATE TABLE booking_requests_new (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id),
    contact BIGINT REFERENCES contacts (id),
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'unverified', 'sent', 'countered', 'on_hold', 'quarantined', 'accepted',
        'half_confirmed', 'confirmed', 'completed', 'cancelled', 'declined', 'withdrawn', 'expired',
        'lapsed', 'removed')),
    quarantined_from TEXT CHECK (quarantined_from IN ('unverified', 'sent', 'countered')),
    acceptance BIGINT REFERENCES acceptances (id),
    artist_acceptance BIGINT REFERENCES acceptances (id),
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
    night TEXT,
    night_starts_at BIGINT,
    night_ends_at BIGINT,
    half_confirmed_by TEXT CHECK (half_confirmed_by IN ('promoter', 'artist')),
    nudged_revision BIGINT,
    -- On whose desk it lies, for the lists of both sides.
    desk TEXT NOT NULL DEFAULT 'unsent'
        CHECK (desk IN ('unsent', 'promoter', 'artist', 'agreed', 'held', 'ended')),
    -- The disclaimer, enforced by construction: nothing past draft without its acceptance.
    CHECK (state = 'draft' OR acceptance IS NOT NULL),
    CHECK (state NOT IN ('accepted', 'half_confirmed', 'confirmed', 'completed')
        OR (night IS NOT NULL AND night_starts_at IS NOT NULL AND night_ends_at IS NOT NULL
            AND artist_acceptance IS NOT NULL)),
    CHECK (state <> 'half_confirmed' OR half_confirmed_by IS NOT NULL),
    CHECK ((state = 'quarantined') = (quarantined_from IS NOT NULL))
);
INSERT INTO booking_requests_new (id, artist, contact, key_id, state, quarantined_from, acceptance, artist_acceptance,
    accepted_sha256, requester, event_city, event_country, first_night, last_start_at, expires_at,
    age_attested, policy_version, address_corrected, created_at, sent_at, closed_at, version,
    night, night_starts_at, night_ends_at, desk)
SELECT id, artist, contact, key_id, state, quarantined_from, acceptance, artist_acceptance,
    accepted_sha256, requester, event_city, event_country, first_night, last_start_at, expires_at,
    age_attested, policy_version, address_corrected, created_at, sent_at, closed_at, version,
    CASE WHEN accepted_night IS NOT NULL THEN printf('%s-%02d-%02d', substr(accepted_night, -4),
        (instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr(accepted_night, -8, 3)) + 2) / 3,
        CAST(substr(accepted_night, 5) AS INTEGER)) END,
    -- An accepted request closed when its night ended; no set is longer than twelve hours.
    CASE WHEN accepted_night IS NOT NULL THEN CASE WHEN last_start_at < expires_at
        THEN last_start_at ELSE expires_at - 43200000000 END END,
    CASE WHEN accepted_night IS NOT NULL THEN expires_at END,
    CASE WHEN state = 'sent' THEN 'artist' WHEN state = 'accepted' THEN 'agreed'
        WHEN state = 'quarantined' THEN 'held' WHEN state IN ('draft', 'unverified') THEN 'unsent'
        ELSE 'ended' END
FROM booking_requests;
DROP TABLE booking_requests;
ALTER TABLE booking_requests_new RENAME TO booking_requests;
CREATE INDEX booking_requests_due ON booking_requests (state, expires_at);
CREATE INDEX booking_requests_artist ON booking_requests (artist, id);
CREATE INDEX booking_requests_contact ON booking_requests (contact, id);
CREATE INDEX booking_requests_acceptance ON booking_requests (acceptance);
CREATE INDEX booking_requests_artist_acceptance ON booking_requests (artist_acceptance);
CREATE INDEX booking_requests_key ON booking_requests (key_id);
CREATE INDEX booking_requests_nights ON booking_requests (artist, night_starts_at);
CREATE INDEX booking_requests_artist_desk ON booking_requests (artist, desk, id);
CREATE INDEX booking_requests_contact_desk ON booking_requests (contact, desk, id);
UPDATE request_events SET move = 'send' WHERE move = 'confirm';

-- An artist keeps a night for a request. Its rank among the holds of the night is the order in which
-- they were placed, so that the others move up when one goes. "expires_at" is brought forward while
-- the hold is challenged by one behind it; "promised_until" is what was said when it was placed.
CREATE TABLE holds (
    request BIGINT PRIMARY KEY NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    artist BIGINT NOT NULL REFERENCES artists (id),
    night TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    promised_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    challenger BIGINT REFERENCES booking_requests (id) ON DELETE SET NULL,
    stood_at BIGINT,
    taken BIGINT NOT NULL CHECK (taken IN (0, 1))
);
CREATE INDEX holds_night ON holds (artist, night, placed_at, request);
CREATE INDEX holds_expires ON holds (expires_at);
CREATE INDEX holds_challenger ON holds (challenger);

-- One row for each artist who has held or confirmed a night or said how long the way between two
-- takes. Whoever changes the nights of an artist first updates its version, which is the lock.
CREATE TABLE calendars (
    artist BIGINT PRIMARY KEY NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    travel_minutes BIGINT NOT NULL CHECK (travel_minutes BETWEEN 0 AND 2880),
    version BIGINT NOT NULL
);
