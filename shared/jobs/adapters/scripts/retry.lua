-- RETRY: run a failed job again from its uploads, at the sender's order.
-- ARGV: now, job id, tenant, JSON {stage, parts, grace}. Returns "retried" | "unknown" | "uploads_gone" | its status.
local now, job, spec = clock(ARGV[1]), ARGV[2], cjson.decode(ARGV[4])
local fields, key = record(job), 'job:' .. job
if fields.tenant ~= ARGV[3] then return 'unknown' end
if fields.status ~= 'failed' then return fields.status end
if redis.call('EXISTS', key .. ':uploads') == 0 then return 'uploads_gone' end
for _, suffix in ipairs(JOB_KEYS) do redis.call('PERSIST', key .. suffix) end
redis.call('ZREM', 'jobs:expiry', 'uploads/' .. job, 'job/' .. job)
for name, _ in pairs(fields) do
  if string.match(name, '^[sw]:') or string.match(name, '^left:') then redis.call('HDEL', key, name) end
end
redis.call('HDEL', key, 'error', 'completed', 'expires', 'started', 'attempt')
redis.call('HSET', key, 'done:' .. spec.stage, 0, 'total:' .. spec.stage, fields.stored or fields['total:' .. spec.stage])
redis.call('HINCRBY', key, 'run', 1)
redis.call('DEL', key .. ':parts', key .. ':members')
release_values(job, 'parts/', now)
add_units(job, fields, spec.stage, spec.parts, now + spec.grace)
redis.call('ZADD', 'jobs:deadlines', integer(now + tonumber(fields.lifetime)), job)
set_status(job, fields.tenant, 'failed', 'queued')
emit(job, fields.tenant, 'job.queued', 'queued', now)
return 'retried'
