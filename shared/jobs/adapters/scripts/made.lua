-- MADE: record a rendition. ARGV: now, job id, name, JSON, location.
-- Returns 1, or 0 where the job's files are erased or another worker was first: the bytes at the location must go.
local job, name = ARGV[2], ARGV[3]
local key = 'job:' .. job
redis.call('ZREM', 'renditions:leased', job .. '/' .. name)
if redis.call('EXISTS', key .. ':uploads') == 0 then return 0 end
if redis.call('HSETNX', key .. ':renditions', name, ARGV[4]) == 0 then return 0 end
redis.call('HSET', 'blobs', key .. '/' .. name, '1 ' .. ARGV[5]) -- owned: the search for orphans leaves it alone
local left = redis.call('PTTL', key)
if left > 0 then redis.call('PEXPIRE', key .. ':renditions', left) end
announce(job)
return 1
