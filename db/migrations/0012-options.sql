-- What a series changes in the kernel's configuration, a line an option; '' nothing.
ALTER TABLE builds ADD COLUMN options TEXT NOT NULL DEFAULT '';
