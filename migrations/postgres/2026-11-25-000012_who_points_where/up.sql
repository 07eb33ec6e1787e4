-- What points to a person, a key or an acceptance is looked for when one of them goes.
CREATE INDEX outbox_key ON outbox (key_id);
CREATE INDEX links_contact ON links (contact);
CREATE INDEX acceptances_key ON acceptances (key_id);
CREATE INDEX booking_requests_acceptance ON booking_requests (acceptance);
CREATE INDEX booking_requests_artist_acceptance ON booking_requests (artist_acceptance);
CREATE INDEX booking_requests_key ON booking_requests (key_id);
CREATE INDEX contacts_key ON contacts (key_id);
CREATE INDEX contacts_unverified ON contacts (verified_at, created_at);
CREATE INDEX tickets_key ON tickets (key_id);
