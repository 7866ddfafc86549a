-- AUDIT: append an entry to a trail, and let go of those past its bounds. Stands alone, without outbox and library.
-- KEYS: the trail. ARGV: most entries, retention in ms, then names and values of the entry in turn.
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
local oldest = tonumber(string.match(id, '^%d+')) - tonumber(ARGV[2])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(0, oldest)))
