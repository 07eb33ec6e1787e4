DROP TABLE calendars;
DROP TABLE holds;
DELETE FROM booking_requests WHERE state IN ('countered', 'on_hold', 'half_confirmed', 'confirmed',
    'completed', 'cancelled') OR quarantined_from = 'countered';
DELETE FROM revisions WHERE request NOT IN (SELECT id FROM booking_requests);
DELETE FROM messages WHERE request NOT IN (SELECT id FROM booking_requests);
DELETE FROM request_events WHERE request NOT IN (SELECT id FROM booking_requests);
DELETE FROM links WHERE request NOT IN (SELECT id FROM booking_requests);
UPDATE request_events SET move = 'confirm' WHERE move = 'send';
CREATE TABLE booking_requests_old (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id),
    contact BIGINT REFERENCES contacts (id),
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'unverified', 'sent', 'quarantined', 'accepted',
        'declined', 'withdrawn', 'expired', 'lapsed', 'removed')),
    quarantined_from TEXT CHECK (quarantined_from IN ('unverified', 'sent')),
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
    accepted_night TEXT,
    -- The disclaimer, enforced by construction: nothing past draft without its acceptance.
    CHECK (state = 'draft' OR acceptance IS NOT NULL),
    CHECK (state <> 'accepted' OR (accepted_night IS NOT NULL AND artist_acceptance IS NOT NULL)),
    CHECK ((state = 'quarantined') = (quarantined_from IS NOT NULL))
);
INSERT INTO booking_requests_old (id, artist, contact, key_id, state, quarantined_from, acceptance, artist_acceptance,
    accepted_sha256, requester, event_city, event_country, first_night, last_start_at, expires_at,
    age_attested, policy_version, address_corrected, created_at, sent_at, closed_at, version,
    accepted_night)
SELECT id, artist, contact, key_id, state, quarantined_from, acceptance, artist_acceptance,
    accepted_sha256, requester, event_city, event_country, first_night, last_start_at, expires_at,
    age_attested, policy_version, address_corrected, created_at, sent_at, closed_at, version,
    CASE WHEN night IS NOT NULL THEN substr('SunMonTueWedThuFriSat', 1 + 3 * strftime('%w', night), 3)
        || ' ' || CAST(substr(night, 9) AS INTEGER) || ' '
        || substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * CAST(substr(night, 6, 2) AS INTEGER) - 2, 3)
        || ' ' || substr(night, 1, 4) END
FROM booking_requests;
DROP TABLE booking_requests;
ALTER TABLE booking_requests_old RENAME TO booking_requests;
CREATE INDEX booking_requests_due ON booking_requests (state, expires_at);
CREATE INDEX booking_requests_artist ON booking_requests (artist, id);
CREATE INDEX booking_requests_contact ON booking_requests (contact, id);
CREATE INDEX booking_requests_acceptance ON booking_requests (acceptance);
CREATE INDEX booking_requests_artist_acceptance ON booking_requests (artist_acceptance);
CREATE INDEX booking_requests_key ON booking_requests (key_id);
