-- DISCLOSE: keep with the job what is about to leave for the model, as long as the claim still holds.
-- ARGV: now, unit, fence, content. Returns 1, or 0 where the claim no longer holds and nothing may leave.
local job, part = split_unit(ARGV[2])
local unit = read_unit(job, part)
if not unit or unit.state ~= 'running' or unit.fence ~= tonumber(ARGV[3]) then return 0 end
redis.call('SET', 'job:' .. job .. ':model_input', ARGV[4])
if redis.call('HSET', 'job:' .. job, 'model_input', '1') == 1 then changed(job) end
return 1
