-- WANT: give a rendition of a job's files, or see to it that one is made.
-- ARGV: now, job id, tenant, name. Returns {"made", JSON} | {"wanted"} | {"files_gone"} | {"unknown"} | {"gone"}.
local now, job, name = clock(ARGV[1]), ARGV[2], ARGV[4]
local fields = record(job)
if fields.tenant ~= ARGV[3] then return {'unknown'} end
if fields.status == 'deleted' or fields.status == 'expired' then return {'gone'} end
local made = redis.call('HGET', 'job:' .. job .. ':renditions', name)
if made then return {'made', made} end
if redis.call('EXISTS', 'job:' .. job .. ':uploads') == 0 then return {'files_gone'} end
local member = job .. '/' .. name
if not redis.call('ZSCORE', 'renditions:leased', member) then
  redis.call('ZADD', 'ready:render', 'NX', integer(now), member)
end
return {'wanted'}
