-- LOAD: tell how full the store is. Changes nothing, and stands alone, without the outbox and the library.
-- ARGV: tenant, then the queues of ready work.
-- Returns {bytes of memory in use, most bytes or 0 without a limit, unfinished jobs of the tenant,
--          then the number of units in each queue}
local memory, index = redis.call('INFO', 'memory'), 'jobs:of:' .. ARGV[1] .. ':status:'
local answer = {
  tonumber(string.match(memory, '\nused_memory:(%d+)')),
  tonumber(string.match(memory, '\nmaxmemory:(%d+)') or 0), -- not every hosted Redis tells its limit
  redis.call('ZCARD', index .. 'queued') + redis.call('ZCARD', index .. 'running'),
}
for i = 2, #ARGV do answer[#answer + 1] = redis.call('ZCARD', 'ready:' .. ARGV[i]) end
return answer
