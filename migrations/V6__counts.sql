-- How many plays a batch has; none is known of one that an earlier version kept.
ALTER TABLE run_plays ADD COLUMN count INTEGER;

-- What is counted is counted in these, without the rows.
CREATE INDEX run_plays_counted ON run_plays (account_id, run_id, batch, count);
CREATE INDEX unmapped_counted ON unmapped (account_id, ignored, reason);
