-- How often whoever had a task ended without a word: a task that ends the agent is given up.
ALTER TABLE tasks ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
