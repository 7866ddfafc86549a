-- AUDIT: append an entry to a trail. Stands after ``trail`` alone.
-- KEYS: the trail. ARGV: most entries, retention in ms, then names and values of the entry in turn.
enter(KEYS[1], ARGV[1], ARGV[2], {unpack(ARGV, 3)})
