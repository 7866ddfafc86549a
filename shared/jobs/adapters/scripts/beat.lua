-- BEAT: prolong the leases that are still held.
-- ARGV: now, lease ms, then unit and fence in turn. Returns 1 or 0 for each.
local now, lease, held = clock(ARGV[1]), tonumber(ARGV[2]), {}
for i = 3, #ARGV, 2 do
  local job, part = split_unit(ARGV[i])
  local unit = read_unit(job, part)
  if unit and unit.state == 'running' and unit.fence == tonumber(ARGV[i + 1]) then
    redis.call('ZADD', 'jobs:due', 'XX', integer(now + lease), ARGV[i])
    held[#held + 1] = 1
  else
    held[#held + 1] = 0
  end
end
return held
