-- CANCEL: end a live job at the sender's wish.
-- ARGV: now, job id, tenant. Returns "canceled" | "unknown" | the status that does not allow it.
local now, job = clock(ARGV[1]), ARGV[2]
local fields = record(job)
if fields.tenant ~= ARGV[3] then return 'unknown' end
if not is_live(fields.status) then return fields.status end
for name, value in pairs(fields) do
  if string.match(name, '^s:') and (value == 'queued' or value == 'running') then
    redis.call('HSET', 'job:' .. job, name, 'canceled')
  end
end
close_job(job, fields, 'canceled', now)
return 'canceled'
