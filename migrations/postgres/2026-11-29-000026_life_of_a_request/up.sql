-- The whole life of a request: offers and counter-offers, holds on nights, confirmation by both sides,
-- cancelled and completed nights. The move that sends a request is now called "send"; "confirm" is
-- what both sides do when they have made their agreement elsewhere.
ALTER TABLE booking_requests ADD COLUMN night TEXT;
ALTER TABLE booking_requests ADD COLUMN night_starts_at BIGINT;
ALTER TABLE booking_requests ADD COLUMN night_ends_at BIGINT;
ALTER TABLE booking_requests ADD COLUMN half_confirmed_by TEXT
    CHECK (half_confirmed_by IN ('promoter', 'artist'));
ALTER TABLE booking_requests ADD COLUMN nudged_revision BIGINT;
ALTER TABLE booking_requests ADD COLUMN desk TEXT NOT NULL DEFAULT 'unsent'
    CHECK (desk IN ('unsent', 'promoter', 'artist', 'agreed', 'held', 'ended'));
UPDATE booking_requests SET
    night = to_char(to_date(substr(accepted_night, 5), 'DD Mon YYYY'), 'YYYY-MM-DD'),
    -- An accepted request closed when its night ended; no set is longer than twelve hours.
    night_starts_at = CASE WHEN last_start_at < expires_at THEN last_start_at
        ELSE expires_at - 43200000000 END,
    night_ends_at = expires_at
    WHERE accepted_night IS NOT NULL;
UPDATE booking_requests SET desk = CASE
    WHEN state = 'sent' THEN 'artist' WHEN state = 'accepted' THEN 'agreed'
    WHEN state = 'quarantined' THEN 'held' WHEN state IN ('draft', 'unverified') THEN 'unsent'
    ELSE 'ended' END;
DO $$ DECLARE rule record; BEGIN
    FOR rule IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'booking_requests'::regclass AND contype = 'c'
            AND (pg_get_constraintdef(oid) LIKE '%declined%'
                OR pg_get_constraintdef(oid) LIKE '%accepted_night%'
                OR (pg_get_constraintdef(oid) LIKE '%quarantined_from%'
                    AND pg_get_constraintdef(oid) LIKE '%unverified%'))
    LOOP EXECUTE 'ALTER TABLE booking_requests DROP CONSTRAINT ' || quote_ident(rule.conname); END LOOP;
END $$;
ALTER TABLE booking_requests DROP COLUMN accepted_night;
ALTER TABLE booking_requests
    ADD CHECK (state IN ('draft', 'unverified', 'sent', 'countered', 'on_hold', 'quarantined', 'accepted',
        'half_confirmed', 'confirmed', 'completed', 'cancelled', 'declined', 'withdrawn', 'expired',
        'lapsed', 'removed')),
    ADD CHECK (quarantined_from IN ('unverified', 'sent', 'countered')),
    ADD CHECK (state NOT IN ('accepted', 'half_confirmed', 'confirmed', 'completed')
        OR (night IS NOT NULL AND night_starts_at IS NOT NULL AND night_ends_at IS NOT NULL
            AND artist_acceptance IS NOT NULL)),
    ADD CHECK (state <> 'half_confirmed' OR half_confirmed_by IS NOT NULL);
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
