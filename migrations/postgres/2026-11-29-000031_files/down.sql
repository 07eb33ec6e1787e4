DROP TABLE artist_papers;
DROP TABLE message_drafts;
DROP TABLE attachments;
