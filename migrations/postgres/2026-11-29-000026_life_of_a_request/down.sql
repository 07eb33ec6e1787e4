DROP TABLE calendars;
DROP TABLE holds;
DELETE FROM booking_requests WHERE state IN ('countered', 'on_hold', 'half_confirmed', 'confirmed',
    'completed', 'cancelled') OR quarantined_from = 'countered';
UPDATE request_events SET move = 'confirm' WHERE move = 'send';
DROP INDEX booking_requests_nights;
DROP INDEX booking_requests_artist_desk;
DROP INDEX booking_requests_contact_desk;
ALTER TABLE booking_requests ADD COLUMN accepted_night TEXT;
UPDATE booking_requests SET
    accepted_night = to_char(to_date(night, 'YYYY-MM-DD'), 'Dy FMDD Mon YYYY') WHERE night IS NOT NULL;
DO $$ DECLARE rule record; BEGIN
    FOR rule IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'booking_requests'::regclass AND contype = 'c'
            AND (pg_get_constraintdef(oid) LIKE '%declined%'
                OR pg_get_constraintdef(oid) LIKE '%night_ends_at%'
                OR (pg_get_constraintdef(oid) LIKE '%quarantined_from%'
                    AND pg_get_constraintdef(oid) LIKE '%unverified%'))
    LOOP EXECUTE 'ALTER TABLE booking_requests DROP CONSTRAINT ' || quote_ident(rule.conname); END LOOP;
END $$;
ALTER TABLE booking_requests DROP COLUMN night;
ALTER TABLE booking_requests DROP COLUMN night_starts_at;
ALTER TABLE booking_requests DROP COLUMN night_ends_at;
ALTER TABLE booking_requests DROP COLUMN half_confirmed_by;
ALTER TABLE booking_requests DROP COLUMN desk;
ALTER TABLE booking_requests DROP COLUMN nudged_revision;
ALTER TABLE booking_requests
    ADD CHECK (state IN ('draft', 'unverified', 'sent', 'quarantined', 'accepted',
        'declined', 'withdrawn', 'expired', 'lapsed', 'removed')),
    ADD CHECK (quarantined_from IN ('unverified', 'sent')),
    ADD CHECK (state <> 'accepted' OR (accepted_night IS NOT NULL AND artist_acceptance IS NOT NULL));
