-- What every transition script shares; prepended to each of them, after the webhook outbox.
--
-- Keys (one Redis node; names are built here and in redis_keys.py, nowhere else):
--   jobs:due                 unfinished units, scored by the millisecond at which somebody must act
--   ready:STAGE              units that may be claimed now, scored by priority, then by age of their job
--   job:ID                   the record; fields u:STAGE[/CHUNK] hold a unit as "state attempts fence retry_at reason",
--                            w:STAGE[/CHUNK] the millisecond at which it first had to wait
--   job:ID:uploads|parts|members|result|instances|files|model_input; members: packed by part, what chunks read of
--                            archives
--   jobs:deadlines           unfinished jobs, scored by the millisecond at which they are given up
--   jobs:expiry              uploads/ID and job/ID, scored by the millisecond at which they are erased
--   jobs:of:TENANT[:…]       indexes; members are job ids, which sort by their time of creation
--   feed:TENANT              the ordered feed of state changes
--   blobs                    content hash -> "references location" of the stored bytes; job:ID/NAME -> "1 location"
--                            of a rendition's
--   job:ID:values            names of values that the storage holds for the job: result, instances, parts/STAGE/CHUNK;
--                            their keys hold "@location hash", and blobs job:ID/NAME -> "1 location"
--   job:ID:renditions        what was made of the job's files, by name, as JSON with its location
--   ready:render             renditions that are wanted, scored by since when; renditions:leased, by the lease's end
--   blobs:doomed             locations whose bytes must be erased
--   jobs:tally               "kind status" -> number of jobs
--   metrics                  sums of what was counted, by name
--   jobs:wake                stages that the sweeper should look at now
--   idle:STAGE               bells of workers that have run out of work and still listen, scored by the millisecond
--                            until which that may be true
--   bell:BELL                rung for one of these: it takes a unit without a message
--   hints:STAGE              hints on their way that no worker has answered, as far as known; the sweeper puts it right

local TERMINAL = {succeeded = true, failed = true, canceled = true}
local FEED_LENGTH = 50000
local ERASURE_MARGIN_MS = 86400000 -- keys outlive their expiry entry by a day, as a net under a dead sweeper

local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function integer(number) return string.format('%.0f', number) end

local function split_unit(unit)
  local job, part = string.match(unit, '^([^/]+)/(.+)$')
  return job, part, string.match(part, '^[^/]+')
end

local function read_unit(job, part)
  local text = redis.call('HGET', 'job:' .. job, 'u:' .. part)
  if not text then return nil end
  local state, attempts, fence = string.match(text, '^(%S+) (%d+) (%d+)')
  return {state = state, attempts = tonumber(attempts), fence = tonumber(fence)}
end

local function write_unit(job, part, unit, retry_at, reason)
  redis.call('HSET', 'job:' .. job, 'u:' .. part, unit.state .. ' ' .. integer(unit.attempts) .. ' '
    .. integer(unit.fence) .. ' ' .. integer(retry_at or 0) .. ' ' .. (reason or '-'))
end

-- One counter for all units of a job and all its runs, so that no claim ever meets an older one's fence.
local function next_fence(job) return redis.call('HINCRBY', 'job:' .. job, 'fence', 1) end

local function is_live(status) return status and not TERMINAL[status] and status ~= 'deleted' and status ~= 'expired' end

local function announce(job) redis.call('PUBLISH', 'jobs:changed', job) end

local function changed(job)
  redis.call('HINCRBY', 'job:' .. job, 'revision', 1)
  announce(job)
end

local function emit(job, tenant, kind, status, now)
  local sequence = redis.call('INCR', 'feed:' .. tenant .. ':sequence')
  redis.call('XADD', 'feed:' .. tenant, 'MAXLEN', '~', FEED_LENGTH, integer(sequence) .. '-1',
    'type', kind, 'job', job, 'status', status, 'at', integer(now))
  changed(job)
  notify(job, tenant, kind, status, now, sequence)
end

local function index_keys(tenant, status, reference)
  local keys = {'jobs:of:' .. tenant, 'jobs:of:' .. tenant .. ':status:' .. status}
  if reference and reference ~= '' then
    keys[3] = 'jobs:of:' .. tenant .. ':reference:' .. redis.sha1hex(reference)
  end
  return keys
end

-- Jobs by kind and status over all tenants, and how many there ever were: what the metrics tell without looking at jobs.
local function tally(kind, status, by) redis.call('HINCRBY', 'jobs:tally', kind .. ' ' .. status, by) end

local function set_status(job, tenant, old, new)
  local kind = redis.call('HGET', 'job:' .. job, 'kind')
  tally(kind, old, -1)
  tally(kind, new, 1)
  redis.call('HSET', 'job:' .. job, 'status', new)
  redis.call('ZREM', 'jobs:of:' .. tenant .. ':status:' .. old, job)
  redis.call('ZADD', 'jobs:of:' .. tenant .. ':status:' .. new, 0, job)
end

-- Rings for the worker that ran out of work last, so that the others may go to sleep; tells whether one listens.
local function ring(stage, now)
  local bell = redis.call('ZPOPMAX', 'idle:' .. stage)
  if not bell[1] or tonumber(bell[2]) < now then return false end
  redis.call('RPUSH', 'bell:' .. bell[1], stage)
  redis.call('PEXPIRE', 'bell:' .. bell[1], 1000)
  return true
end

-- Tells how many of so many hints to send: no more than there are ready units without one on its way. Workers that
-- are awake take all that is ready without being sent one, and each needless message costs as much as a job.
local function count_hints(stage, wanted)
  local ready = math.min(redis.call('ZCARD', 'ready:' .. stage), HINTS_AHEAD)
  local missing = math.min(wanted, ready - tonumber(redis.call('GET', 'hints:' .. stage) or 0))
  if missing <= 0 then return 0 end
  redis.call('INCRBY', 'hints:' .. stage, missing)
  return missing
end

-- The first claim of a worker that was asleep answers a hint.
local function answer_hint(stage)
  if tonumber(redis.call('GET', 'hints:' .. stage) or 0) > 0 then redis.call('DECR', 'hints:' .. stage) end
end

local function wake(stage, now)
  if ring(stage, now) or count_hints(stage, 1) == 0 then return end
  redis.call('LPUSH', 'jobs:wake', stage)
  redis.call('LTRIM', 'jobs:wake', 0, 99)
end

local function make_ready(job, part, stage, fields)
  redis.call('ZADD', 'ready:' .. stage, tonumber(fields.rank) * 1e13 + tonumber(fields.created), job .. '/' .. part)
end

local function record(job)
  local flat = redis.call('HGETALL', 'job:' .. job)
  local fields = {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

local function drop_units(job, fields)
  for name, _ in pairs(fields) do
    local part = string.match(name, '^u:(.+)$')
    if part then
      redis.call('ZREM', 'jobs:due', job .. '/' .. part)
      redis.call('ZREM', 'ready:' .. string.match(part, '^[^/]+'), job .. '/' .. part)
      redis.call('HDEL', 'job:' .. job, name)
    end
  end
  redis.call('ZREM', 'jobs:deadlines', job)
end

local function doom(location, now) redis.call('ZADD', 'blobs:doomed', integer(now), location) end

-- Gives up values that the storage holds for a job: the one of this name, or all below a name that ends with a slash.
local function release_values(job, name, now)
  local released = {}
  for _, held in ipairs(redis.call('SMEMBERS', 'job:' .. job .. ':values')) do
    if held == name or (string.sub(name, -1) == '/' and string.sub(held, 1, #name) == name) or name == '/' then
      local owner = 'job:' .. job .. '/' .. held
      local location = string.match(redis.call('HGET', 'blobs', owner) or '', '^1 (.+)$')
      redis.call('HDEL', 'blobs', owner)
      redis.call('SREM', 'job:' .. job .. ':values', held)
      if location then
        doom(location, now)
        released[#released + 1] = location
      end
    end
  end
  return released
end

-- Says where the storage holds a value from now on, or that Redis does itself; what was held before is given up.
local function replace_value(job, name, location, now)
  release_values(job, name, now)
  if not location then return end
  redis.call('HSET', 'blobs', 'job:' .. job .. '/' .. name, '1 ' .. location) -- owned: no orphan
  redis.call('SADD', 'job:' .. job .. ':values', name)
end

local JOB_KEYS = {'', ':uploads', ':parts', ':members', ':result', ':instances', ':files', ':model_input',
  ':renditions', ':values'}

-- Every way into a terminal state passes here, and only once: callers hold a live record.
local function close_job(job, fields, status, now, error_text)
  drop_units(job, fields)
  local expires = now + tonumber(fields.job_retention)
  redis.call('HSET', 'job:' .. job, 'completed', integer(now), 'expires', integer(expires))
  if error_text and error_text ~= '' then redis.call('HSET', 'job:' .. job, 'error', error_text) end
  redis.call('DEL', 'job:' .. job .. ':parts', 'job:' .. job .. ':members')
  release_values(job, 'parts/', now)
  redis.call('ZADD', 'jobs:expiry', integer(now + tonumber(fields.upload_retention)), 'uploads/' .. job,
    integer(expires), 'job/' .. job)
  for _, suffix in ipairs(JOB_KEYS) do
    redis.call('PEXPIREAT', 'job:' .. job .. suffix, integer(expires + ERASURE_MARGIN_MS))
  end
  set_status(job, fields.tenant, fields.status, status)
  redis.call('HINCRBY', 'metrics', 'jobs_finished|' .. fields.kind .. '|' .. status, 1)
  emit(job, fields.tenant, 'job.' .. status, status, now)
end

-- Gives up the job's hold on its bytes; returns the locations that nobody holds any more.
local function release_uploads(job, now)
  local released = {}
  for _, text in ipairs(redis.call('LRANGE', 'job:' .. job .. ':uploads', 0, -1)) do
    local upload = cjson.decode(text)
    if upload.location then
      local held = redis.call('HGET', 'blobs', upload.sha256)
      local references, location = string.match(held or '', '^(%d+) (.+)$')
      if location == upload.location and tonumber(references) > 1 then
        redis.call('HSET', 'blobs', upload.sha256, integer(references - 1) .. ' ' .. location)
      elseif location == upload.location then
        redis.call('HDEL', 'blobs', upload.sha256)
        doom(location, now)
        released[#released + 1] = location
      end
    end
  end
  for _, name in ipairs(redis.call('HKEYS', 'job:' .. job .. ':renditions')) do
    local location = string.match(redis.call('HGET', 'blobs', 'job:' .. job .. '/' .. name) or '', '^1 (.+)$')
    redis.call('HDEL', 'blobs', 'job:' .. job .. '/' .. name)
    if location then
      doom(location, now)
      released[#released + 1] = location
    end
  end
  redis.call('ZREM', 'jobs:expiry', 'uploads/' .. job)
  redis.call('DEL', 'job:' .. job .. ':uploads', 'job:' .. job .. ':renditions')
  return released
end

-- Leaves a tombstone that fences zombies and lets the api answer 410.
local function bury(job, fields, status, now)
  tally(fields.kind, fields.status, -1)
  drop_units(job, fields)
  if status == 'deleted' then withdraw(job, fields.tenant, now) end
  local released = release_uploads(job, now)
  for _, location in ipairs(release_values(job, '/', now)) do released[#released + 1] = location end
  redis.call('ZREM', 'jobs:expiry', 'job/' .. job)
  for _, key in ipairs(index_keys(fields.tenant, fields.status, fields.reference)) do redis.call('ZREM', key, job) end
  for _, suffix in ipairs(JOB_KEYS) do redis.call('DEL', 'job:' .. job .. suffix) end
  redis.call('HSET', 'job:' .. job, 'status', status, 'tenant', fields.tenant)
  redis.call('PEXPIREAT', 'job:' .. job, integer(now + tonumber(fields.job_retention) + ERASURE_MARGIN_MS))
  local sequence = redis.call('INCR', 'feed:' .. fields.tenant .. ':sequence')
  redis.call('XADD', 'feed:' .. fields.tenant, 'MAXLEN', '~', FEED_LENGTH, integer(sequence) .. '-1',
    'type', 'job.' .. status, 'job', job, 'status', status, 'at', integer(now))
  announce(job)
  return released
end

local function add_unit(job, fields, stage, part, due)
  write_unit(job, part, {state = 'queued', attempts = 0, fence = 0})
  redis.call('ZADD', 'jobs:due', integer(due), job .. '/' .. part)
  make_ready(job, part, stage, fields)
end

local function add_units(job, fields, stage, parts, due)
  for _, part in ipairs(parts) do add_unit(job, fields, stage, part, due) end
  redis.call('HSET', 'job:' .. job, 's:' .. stage, 'queued', 'left:' .. stage, #parts)
end
