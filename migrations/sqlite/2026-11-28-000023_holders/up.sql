-- Whether a link invites to the team of an act, beside who answers for it already, at the wish of the
-- operator. A link that came from a claim, and every one from before, only opens a page that is
-- nobody's, or that was offered to its holder.
ALTER TABLE links ADD COLUMN invites BIGINT NOT NULL DEFAULT 0;
