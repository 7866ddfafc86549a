-- TAKE: claim the rendition that waits longest. ARGV: now, lease ms.
-- Returns nil when none waits, else {job id, name, sources as JSON}.
local now, lease = clock(ARGV[1]), tonumber(ARGV[2])
while true do
  local member = redis.call('ZPOPMIN', 'ready:render')[1]
  if not member then return nil end
  local job, name = string.match(member, '^([^/]+)/(.+)$')
  local sources = redis.call('HGET', 'job:' .. job, 'previews')
  if sources and redis.call('EXISTS', 'job:' .. job .. ':uploads') == 1 then
    redis.call('ZADD', 'renditions:leased', integer(now + lease), member)
    return {job, name, sources}
  end
end
