-- SWEEP: act on every unit whose time has come, and on every job whose deadline has passed.
-- ARGV: now, limit, redrive ms, backlog size at which redrives are stretched, then the queues of ready work.
-- Returns {units recovered from a lost lease, units whose wait is over, units asked after, jobs given up,
--          next due ms or 0, things to erase, then for each queue the number of ready units and that of the hints
--          on their way}
local now, limit, redrive, backlog = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local recovered, resumed, asked, given_up = 0, 0, 0, 0

for _, job in ipairs(redis.call('ZRANGEBYSCORE', 'jobs:deadlines', '-inf', integer(now), 'LIMIT', 0, limit)) do
  local fields = record(job)
  redis.call('ZREM', 'jobs:deadlines', job)
  if is_live(fields.status) then
    if fields.cancel_after == '1' then
      close_job(job, fields, 'canceled', now)
    else
      close_job(job, fields, 'failed', now, cjson.encode({code = 'job.deadline_exceeded'}))
    end
    given_up = given_up + 1
  end
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'jobs:due', '-inf', integer(now), 'LIMIT', 0, limit)) do
  local job, part, stage = split_unit(member)
  local fields = record(job)
  local unit = is_live(fields.status) and read_unit(job, part)
  if not unit then
    redis.call('ZREM', 'jobs:due', member)
  else
    if unit.state == 'running' then recovered = recovered + 1 elseif unit.state == 'waiting' then resumed = resumed + 1
    else asked = asked + 1 end
    if unit.state ~= 'queued' then
      unit.state = 'queued'
      write_unit(job, part, unit)
      redis.call('HSET', 'job:' .. job, 's:' .. stage, 'queued')
      changed(job)
    end
    make_ready(job, part, stage, fields)
    -- A unit behind a long backlog is not lost: ask after it the more rarely, the longer the queue before it.
    local stretch = math.max(1, redis.call('ZCARD', 'ready:' .. stage) / backlog)
    redis.call('ZADD', 'jobs:due', integer(now + redrive * stretch), member)
  end
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'renditions:leased', '-inf', integer(now), 'LIMIT', 0, limit)) do
  redis.call('ZREM', 'renditions:leased', member)
  redis.call('ZADD', 'ready:render', integer(now), member)
end

local next_due = redis.call('ZRANGE', 'jobs:due', 0, 0, 'WITHSCORES')[2]
local erase = redis.call('ZCOUNT', 'jobs:expiry', '-inf', integer(now)) + redis.call('ZCARD', 'blobs:doomed')
local answer = {recovered, resumed, asked, given_up, tonumber(next_due or 0), erase}
for i = 5, #ARGV do
  answer[#answer + 1] = redis.call('ZCARD', 'ready:' .. ARGV[i])
  answer[#answer + 1] = tonumber(redis.call('GET', 'hints:' .. ARGV[i]) or 0)
end
return answer
