-- Reconciliation with a system that tells numbers only: each part of a day (a table, a department; '' is the whole day) of
-- which as many were received as were sent, or not.
ALTER TABLE reconciliation_id ADD COLUMN part text;
ALTER TABLE difference ADD COLUMN own integer, ADD COLUMN theirs integer;
ALTER TABLE difference DROP CONSTRAINT difference_kind_check;
ALTER TABLE difference ADD CONSTRAINT difference_kind_check CHECK (kind IN ('missing', 'extra', 'different', 'count'));
