-- What each of an artist's people may do: the owner everything, the others what they were given. Who
-- answered for an artist before could do everything; the first of them is the owner.
ALTER TABLE artist_contacts ADD COLUMN role TEXT NOT NULL DEFAULT 'member'
    CHECK (role IN ('artist', 'manager', 'agent', 'assistant', 'member'));
ALTER TABLE artist_contacts ADD COLUMN is_owner BIGINT NOT NULL DEFAULT 0 CHECK (is_owner IN (0, 1));
ALTER TABLE artist_contacts ADD COLUMN capabilities TEXT NOT NULL DEFAULT '';
UPDATE artist_contacts SET capabilities = 'message+decline+counter+hold+accept+confirm+manage'
    WHERE confirmed_at IS NOT NULL;
UPDATE artist_contacts SET is_owner = 1 WHERE confirmed_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM artist_contacts AS other WHERE other.artist = artist_contacts.artist
        AND other.confirmed_at IS NOT NULL
        AND (other.confirmed_at < artist_contacts.confirmed_at
            OR (other.confirmed_at = artist_contacts.confirmed_at
                AND other.contact < artist_contacts.contact)));

-- The owner hands the page to another of the team: until "due_at" each of them can stop it.
CREATE TABLE successions (
    artist BIGINT PRIMARY KEY NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    heir BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX successions_heir ON successions (heir);
CREATE INDEX successions_due ON successions (due_at);

-- Who of the artist's team acted, and as what.
ALTER TABLE request_events ADD COLUMN contact BIGINT REFERENCES contacts (id) ON DELETE SET NULL;
ALTER TABLE request_events ADD COLUMN role TEXT
    CHECK (role IN ('artist', 'manager', 'agent', 'assistant', 'member'));
CREATE INDEX request_events_contact ON request_events (contact);
ALTER TABLE messages ADD COLUMN contact BIGINT REFERENCES contacts (id) ON DELETE SET NULL;
ALTER TABLE messages ADD COLUMN role TEXT
    CHECK (role IN ('artist', 'manager', 'agent', 'assistant', 'member'));
CREATE INDEX messages_contact ON messages (contact);
