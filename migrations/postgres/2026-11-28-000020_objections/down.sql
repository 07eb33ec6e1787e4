DROP INDEX links_artist;
DELETE FROM links WHERE purpose = 'object_handover';
ALTER TABLE links DROP CONSTRAINT links_purpose_check;
ALTER TABLE links ADD CONSTRAINT links_purpose_check
    CHECK (purpose IN ('confirm_request', 'thread', 'confirm_listing'));
DROP TABLE removed_artists;
DROP TABLE handovers;
