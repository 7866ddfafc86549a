-- FINISH: record what a unit produced and move its job on, in one step.
-- ARGV: now, unit, fence, JSON spec, part, result, instances (the last three may be empty), then parts and their
--   packed members in turn: further units of the same stage, which this one found
-- spec: {completed?, more? {files, most, error, hints}, fields?, files?, next?, status?, error?, grace, continue_lease?,
--   assembled? (the unit was all of the extraction, and what it yielded is assembled: both stages end in this step),
--   stored? {part?, result?, instances?: where the storage holds it, and the value given is a reference}}
--   next and status apply once the last unit of the stage is finished; error closes the job at once.
-- Returns {"fenced"} | {"finished"} | {"continued", fence, parts as a flat list, [uploads]} where the next stage was
--   claimed by the same worker, which thus has at once what it would read next.

local now, spec = clock(ARGV[1]), cjson.decode(ARGV[4])
local job, part, stage = split_unit(ARGV[2])
local unit = read_unit(job, part)
if not unit or unit.state ~= 'running' or unit.fence ~= tonumber(ARGV[3]) then return {'fenced'} end
local key = 'job:' .. job

redis.call('ZREM', 'jobs:due', ARGV[2])
redis.call('HDEL', key, 'u:' .. part, 'w:' .. part)
local stored = spec.stored or {}
if ARGV[5] ~= '' then
  redis.call('HSET', key .. ':parts', part, ARGV[5])
  replace_value(job, 'parts/' .. part, stored.part, now)
end
if ARGV[6] ~= '' then
  redis.call('SET', key .. ':result', ARGV[6])
  replace_value(job, 'result', stored.result, now)
end
if ARGV[7] ~= '' then
  redis.call('SET', key .. ':instances', ARGV[7])
  replace_value(job, 'instances', stored.instances, now)
end
if spec.completed then redis.call('HINCRBY', key, 'done:' .. stage, spec.completed) end
for name, value in pairs(spec.fields or {}) do redis.call('HSET', key, name, value) end
if spec.files then
  redis.call('DEL', key .. ':files')
  for _, file in ipairs(spec.files) do redis.call('RPUSH', key .. ':files', file) end
end

if spec.more then
  if redis.call('HINCRBY', key, 'total:' .. stage, spec.more.files) > spec.more.most then
    spec.error = spec.more.error
  else
    local fields = record(job)
    for i = 8, #ARGV, 2 do
      redis.call('HSET', key .. ':members', ARGV[i], ARGV[i + 1])
      add_unit(job, fields, stage, ARGV[i], now + spec.grace)
      redis.call('HINCRBY', key, 'left:' .. stage, 1)
    end
    for _ = 1, spec.more.hints do wake(stage, now) end
  end
end

local left = redis.call('HINCRBY', key, 'left:' .. stage, -1)
local fields = record(job)
redis.call('HDEL', key .. ':members', part)
if spec.assembled then
  redis.call('HSET', key, 's:' .. stage, 'succeeded')
  redis.call('HDEL', key, 'left:' .. stage)
  stage = 'assemble'
end
if spec.error then
  redis.call('HSET', key, 's:' .. stage, 'failed')
  close_job(job, fields, 'failed', now, spec.error)
  return {'finished'}
end
if left > 0 then
  changed(job)
  return {'finished'}
end
redis.call('HSET', key, 's:' .. stage, 'succeeded')
redis.call('HDEL', key, 'left:' .. stage)
if stage == 'assemble' then
  redis.call('DEL', key .. ':parts')
  release_values(job, 'parts/', now)
  emit(job, fields.tenant, 'job.extracted', fields.status, now)
end
if spec.status then
  close_job(job, fields, spec.status, now)
  return {'finished'}
end
add_units(job, fields, spec.next, {spec.next}, now + spec.grace)
if spec.continue_lease then
  redis.call('ZREM', 'ready:' .. spec.next, job .. '/' .. spec.next)
  redis.call('ZADD', 'jobs:due', integer(now + spec.continue_lease), job .. '/' .. spec.next)
  local fence = next_fence(job)
  write_unit(job, spec.next, {state = 'running', attempts = 1, fence = fence})
  redis.call('HSET', key, 's:' .. spec.next, 'running')
  changed(job)
  return {'continued', fence, redis.call('HGETALL', key .. ':parts'), redis.call('LRANGE', key .. ':uploads', 0, -1)}
end
changed(job)
wake(spec.next, now)
return {'finished'}
