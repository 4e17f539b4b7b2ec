-- Whose run or request a log line belongs to; none of what concerns everybody.
ALTER TABLE logs ADD COLUMN account_id TEXT;
