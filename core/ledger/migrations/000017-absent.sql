-- A doubt has a third stage: the platform said once that it does not have the record, and is asked once more before it is
-- sent again, for it may just have woken up with the request still before it.
ALTER TABLE delivery DROP CONSTRAINT delivery_doubt_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_doubt_check CHECK (doubt IN ('open', 'absent', 'resend')) NOT VALID;
