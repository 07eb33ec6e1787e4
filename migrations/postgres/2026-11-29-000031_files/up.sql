-- Files that go with messages: pictures as they were encoded anew, documents as they came; what they
-- are called and what is in them is sealed under the key of the thread.
CREATE TABLE attachments (
    id BIGINT PRIMARY KEY NOT NULL,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    message BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('promoter', 'artist')),
    kind TEXT NOT NULL CHECK (kind IN ('jpeg', 'png', 'pdf')),
    label BYTEA NOT NULL,
    size BIGINT NOT NULL,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX attachments_request ON attachments (request, id);
CREATE INDEX attachments_message ON attachments (message);

-- Answers that somebody began to write and kept for later.
CREATE TABLE message_drafts (
    id BIGINT PRIMARY KEY NOT NULL,
    contact BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    request BIGINT NOT NULL REFERENCES booking_requests (id) ON DELETE CASCADE,
    body BYTEA NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_drafts_contact ON message_drafts (contact, request);
CREATE INDEX message_drafts_request ON message_drafts (request);

-- What an act keeps ready to send: answers in words, its technical rider, its press kit. Each is sealed
-- under a key of its own.
CREATE TABLE artist_papers (
    id BIGINT PRIMARY KEY NOT NULL,
    artist BIGINT NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('answer', 'rider', 'press_kit')),
    kind TEXT CHECK (kind IN ('jpeg', 'png', 'pdf')),
    key_id BIGINT NOT NULL REFERENCES data_keys (id),
    name BYTEA NOT NULL,
    size BIGINT NOT NULL,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((purpose = 'answer') = (kind IS NULL))
);
CREATE INDEX artist_papers_artist ON artist_papers (artist, id);
CREATE INDEX artist_papers_key ON artist_papers (key_id);
