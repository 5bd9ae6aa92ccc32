# What tests/queries/store.sql has of a hostile mail, in a reader's words: the store of docs/queries.md.
s|<b>the</b>|the|g
s|=HYPERLINK("http://x")|dma: another series|g
s|+1' .. char(27) .. '\[31m|label ''again'' defined but not used|
s|'\([0-9]\)@x'|'2023111\1-dma@example.org'|g
s|@x>|@example.org>|g
s|'ann@x'|'ann@example.org'|g
