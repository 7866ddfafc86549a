-- CLAIM: take the first ready unit of a stage under a lease; its fence tells this claim from every other.
-- ARGV: now, stage, lease ms, attempts allowed, newest version of a record that the worker knows, bell or '', ms for
--       which it may be rung: where nothing is ready, the next unit's arrival rings it. Without a bell the claim
--       is the first after a hint.
-- Units of newer records are left where they are, for newer workers: old and new ones may work side by side.
-- Returns nil when nothing is ready, else {unit, fence, attempt, the job's kind, tenant and trace or '', whether the unit
--         is all of the extraction, [its uploads], its packed members or '', ms since the unit first had to wait, ms
--         until the job's deadline}
local now, stage, lease, allowed = clock(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local MOST_LEFT = 200 -- units left to newer workers before an old one gives up looking for others
local EXHAUSTED = cjson.encode({code = 'job.attempts_exhausted', attempts = allowed, stage = stage})
local known, newer = tonumber(ARGV[5]), {}
if ARGV[6] == '' then answer_hint(stage) end
local function put_back()
  for i = 1, #newer, 2 do redis.call('ZADD', 'ready:' .. stage, newer[i + 1], newer[i]) end
end
while true do
  local head = redis.call('ZPOPMIN', 'ready:' .. stage)
  if not head[1] then
    put_back()
    if ARGV[6] ~= '' then redis.call('ZADD', 'idle:' .. stage, integer(now + tonumber(ARGV[7])), ARGV[6]) end
    return nil
  end
  local job, part = split_unit(head[1])
  local fields = record(job)
  local unit = is_live(fields.status) and read_unit(job, part)
  if unit and tonumber(fields.version or 1) > known then
    newer[#newer + 1] = head[1]
    newer[#newer + 1] = head[2]
    if #newer == 2 * MOST_LEFT then
      put_back()
      return nil
    end
  elseif unit and unit.state == 'queued' then
    unit.attempts, unit.fence = unit.attempts + 1, next_fence(job)
    if unit.attempts > allowed then
      redis.call('HSET', 'job:' .. job, 's:' .. stage, 'failed')
      close_job(job, fields, 'failed', now, EXHAUSTED)
    else
      unit.state = 'running'
      write_unit(job, part, unit)
      redis.call('ZADD', 'jobs:due', integer(now + lease), head[1])
      redis.call('HSET', 'job:' .. job, 's:' .. stage, 'running', 'attempt', integer(unit.attempts))
      if fields.status == 'queued' then
        redis.call('HSET', 'job:' .. job, 'started', integer(now))
        set_status(job, fields.tenant, 'queued', 'running')
        emit(job, fields.tenant, 'job.started', 'running', now)
      else
        changed(job)
      end
      local first, last = string.match(fields['c:' .. part] or '', '^(%d+) (%d+)$')
      local uploads = first and redis.call('LRANGE', 'job:' .. job .. ':uploads', first, last) or {}
      local waited = now - tonumber(fields['w:' .. part] or now)
      local left = tonumber(redis.call('ZSCORE', 'jobs:deadlines', job) or now) - now
      local is_only = part == stage .. '/0' and not fields['c:' .. stage .. '/1']
      local members = redis.call('HGET', 'job:' .. job .. ':members', part) or ''
      put_back()
      return {head[1], unit.fence, unit.attempts, fields.kind, fields.tenant, fields.traceparent or '', is_only and 1 or 0,
        uploads, members, integer(waited), integer(left)}
    end
  end
end
