-- What is known of a request that may have arrived. null: nothing is in doubt; 'open': it may have arrived; 'resend': it
-- may have, and an operator decided that it is sent again. Written with every attempt, read with every claim, so that
-- the attempt log never has to be searched before something is sent.
ALTER TABLE delivery ADD COLUMN doubt text CHECK (doubt IN ('open', 'resend'));
