-- ACCEPT: make the record, its first units and its place in every index, all or nothing.
-- ARGV: now, job id, JSON {fields, stage, total, parts, uploads, grace, hints, reference?, idempotency?, audit?}
--       audit: {trail, most, retention, entry}, an entry that is entered in this step, with the job's id
-- Returns {"accepted", [locations of bytes that were there already], hints that are still to be sent, the record, the
--         rank of its first unit among the ready} | {"existing"} | {"replayed", job id} | {"mismatch"} | {"receiving"}
local now, job, spec = clock(ARGV[1]), ARGV[2], cjson.decode(ARGV[3])
if redis.call('EXISTS', 'job:' .. job) == 1 then return {'existing'} end

local function audit(about)
  if not spec.audit then return end
  local entry = spec.audit.entry
  entry[#entry + 1] = 'job'
  entry[#entry + 1] = about
  enter(spec.audit.trail, integer(spec.audit.most), integer(spec.audit.retention), entry)
end

local idempotency = spec.idempotency
if idempotency then
  local held = redis.call('GET', idempotency.key)
  if held ~= idempotency.reservation then
    if not held then return {'receiving'} end -- the reservation was lost; the sender may try again
    local fingerprint, first = string.match(held, '^done (%S+) (%S+)$')
    if not first then return {'receiving'} end
    if fingerprint ~= idempotency.fingerprint then return {'mismatch'} end
    audit(first)
    return {'replayed', first}
  end
  redis.call('SET', idempotency.key, 'done ' .. idempotency.fingerprint .. ' ' .. job, 'PX', integer(idempotency.ttl))
end

local fields = spec.fields
fields.status, fields.created = 'queued', integer(now)
fields['total:' .. spec.stage], fields['done:' .. spec.stage] = integer(spec.total), '0'
fields['stored'] = integer(spec.total) -- what a retry begins with again: archives may turn out to be many files
local flat = {}
for name, value in pairs(fields) do flat[#flat + 1] = name; flat[#flat + 1] = value end
redis.call('HSET', 'job:' .. job, unpack(flat))

local redundant = {}
for _, upload in ipairs(spec.uploads) do
  if upload.location then
    local references, location = string.match(redis.call('HGET', 'blobs', upload.sha256) or '', '^(%d+) (.+)$')
    if location then
      if location ~= upload.location then redundant[#redundant + 1] = upload.location end
      upload.location = location
    end
    redis.call('HSET', 'blobs', upload.sha256, integer((references or 0) + 1) .. ' ' .. upload.location)
  end
  redis.call('RPUSH', 'job:' .. job .. ':uploads', cjson.encode(upload))
end

add_units(job, fields, spec.stage, spec.parts, now + spec.grace)
for _, key in ipairs(index_keys(fields.tenant, 'queued', fields.reference)) do redis.call('ZADD', key, 0, job) end
redis.call('ZADD', 'jobs:deadlines', integer(now + tonumber(fields.lifetime)), job)
tally(fields.kind, 'queued', 1)
redis.call('HINCRBY', 'metrics', 'jobs_accepted|' .. fields.kind, 1)
emit(job, fields.tenant, 'job.queued', 'queued', now)
audit(job)

local hints = spec.hints
while hints > 0 and ring(spec.stage, now) do hints = hints - 1 end
return {'accepted', redundant, count_hints(spec.stage, hints), redis.call('HGETALL', 'job:' .. job),
  redis.call('ZRANK', 'ready:' .. spec.stage, job .. '/' .. spec.stage .. '/0')}
