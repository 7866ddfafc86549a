-- Let nobody ask for a while; a longer pause is never shortened.
-- KEYS: bucket. ARGV: now or '', wait ms, reason.
local now = clock(ARGV[1])
local pause_until = now + tonumber(ARGV[2])
if pause_until > number(KEYS[1], 'pause_until', 0) then
  redis.call('HSET', KEYS[1], 'pause_until', text(pause_until), 'pause_reason', ARGV[3])
end
return 1
