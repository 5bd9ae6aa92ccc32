-- mails: numbers as JSON; all of a series at once, since each statement keeps a journal.
-- scans: the list itself
UPDATE mails SET sorted = 1, series = :series
WHERE num IN (SELECT value FROM json_each(:mails));
