-- DEFER: give a unit back without using up an attempt, to be taken again after a wait (0: at once).
-- ARGV: now, unit, fence, wait ms, reason, grace ms. Returns 1, or 0 where the claim no longer holds.
local now, wait = clock(ARGV[1]), tonumber(ARGV[4])
local job, part, stage = split_unit(ARGV[2])
local unit = read_unit(job, part)
if not unit or unit.state ~= 'running' or unit.fence ~= tonumber(ARGV[3]) then return 0 end
unit.attempts = unit.attempts - 1
if wait > 0 then
  unit.state = 'waiting'
  write_unit(job, part, unit, now + wait, ARGV[5])
  redis.call('HSETNX', 'job:' .. job, 'w:' .. part, integer(now))
  redis.call('ZADD', 'jobs:due', integer(now + wait), ARGV[2])
else
  unit.state = 'queued'
  write_unit(job, part, unit)
  redis.call('ZADD', 'jobs:due', integer(now + tonumber(ARGV[6])), ARGV[2])
  make_ready(job, part, stage, record(job))
  wake(stage, now)
end
redis.call('HSET', 'job:' .. job, 's:' .. stage, 'queued')
changed(job)
return 1
