-- DELETE: tombstone first, so that zombies are fenced before any byte goes.
-- ARGV: now, job id, tenant. Returns {"deleted", [locations to erase]} | {"unknown"} | {"gone"}.
local now, job = clock(ARGV[1]), ARGV[2]
local fields = record(job)
if fields.tenant ~= ARGV[3] then return {'unknown'} end
if fields.status == 'deleted' or fields.status == 'expired' then return {'gone'} end
return {'deleted', bury(job, fields, 'deleted', now)}
