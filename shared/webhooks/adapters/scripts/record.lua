-- RECORD: note what became of an attempt, and what follows.
-- ARGV: now, id, fence, verdict, error class or empty, attempt as JSON, wait ms before the next (-1: none),
--       pause ms of the whole target, most in flight per target, ms of failing after which an endpoint is disabled
-- Returns "fenced" | "recorded" | "disabled"
local now, id, verdict, reason = clock(ARGV[1]), ARGV[2], ARGV[4], ARGV[5]
local wait, pause, most, patience = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local QUICK_MS = 2000 -- who takes longer holds one sender at a time, however well it ends
local key = 'webhook:delivery:' .. id
local fields = fields_of(key)
if fields.status ~= 'sending' or fields.fence ~= ARGV[3] then return 'fenced' end
local target = 'webhook:target:' .. fields.target
land(id, fields)
redis.call('RPUSH', key .. ':attempts', ARGV[6])
redis.call('PEXPIREAT', key .. ':attempts', whole(now + NET_MS))

local answer = 'recorded'
local function disable(why)
  local endpoint = 'webhook:endpoint:' .. fields.endpoint
  if fields.endpoint == '' or redis.call('HGET', endpoint, 'status') ~= 'active' then return end
  redis.call('HSET', endpoint, 'status', 'disabled', 'disabled_at', whole(now), 'reason', why)
  answer = 'disabled'
end

if verdict == 'delivered' then
  end_delivery(id, fields, 'delivered', '', now)
  redis.call('HDEL', target, 'failures', 'failing_since', 'paused_until')
  if cjson.decode(ARGV[6]).duration_ms <= QUICK_MS then
    redis.call('HINCRBY', target, 'trust', 1)
  else
    redis.call('HDEL', target, 'trust')
  end
elseif verdict == 'gone' then -- says nothing against the receiver: it answers, and means this address alone
  end_delivery(id, fields, 'failed', reason, now)
  disable('gone')
  local status = fields.endpoint == '' and fields.job and redis.call('HGET', 'job:' .. fields.job, 'status')
  if status and status ~= 'deleted' and status ~= 'expired' then
    redis.call('HSET', 'job:' .. fields.job, 'callback_gone', '1')
  end
else
  redis.call('HINCRBY', target, 'failures', 1)
  redis.call('HDEL', target, 'trust')
  redis.call('HSETNX', target, 'failing_since', whole(now))
  if pause > 0 then redis.call('HSET', target, 'paused_until', whole(now + pause)) end
  if fields.withdrawn then
    end_delivery(id, fields, 'failed', 'job_deleted', now)
  elseif wait < 0 then
    end_delivery(id, fields, 'failed', reason, now)
  else
    redis.call('HSET', key, 'error', reason)
    queue_delivery(id, fields.target, now + wait)
  end
  if tonumber(redis.call('HGET', target, 'failing_since')) + patience < now then disable('failing') end
end
redis.call('PEXPIRE', target, TARGET_MS)
place_target(fields.target, fields_of(target), most, now)
return answer
