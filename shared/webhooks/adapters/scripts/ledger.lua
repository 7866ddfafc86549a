-- LEDGER: read deliveries, newest first.
-- ARGV: tenant, job id or empty, status or empty, cursor or empty, most entries
-- Returns {{{id, record, attempts}, …}, next cursor or empty}
-- ARGV: tenant, "one", delivery id. Returns {{{id, record, attempts}} or {}, ""}
local SCAN = 2000
local function entry(id)
  local key = 'webhook:delivery:' .. id
  return {id, redis.call('HGETALL', key), redis.call('LRANGE', key .. ':attempts', 0, -1)}
end
if ARGV[2] == 'one' then
  if redis.call('HGET', 'webhook:delivery:' .. ARGV[3], 'tenant') ~= ARGV[1] then return {{}, ''} end
  return {{entry(ARGV[3])}, ''}
end
local index = 'webhooks:of:' .. ARGV[1] .. (ARGV[2] ~= '' and ':' .. ARGV[2] or '')
local most, found, last = tonumber(ARGV[5]), {}, nil
local start = ARGV[4] ~= '' and '(' .. ARGV[4] or '+'
for _, id in ipairs(redis.call('ZREVRANGEBYLEX', index, start, '-', 'LIMIT', 0, SCAN)) do
  local status = redis.call('HGET', 'webhook:delivery:' .. id, 'status')
  if not status then
    redis.call('ZREM', index, id)
  elseif ARGV[3] == '' or status == ARGV[3] then
    if #found == most then return {found, last} end
    found[#found + 1] = entry(id)
  end
  last = id
end
local more = last and redis.call('ZLEXCOUNT', index, '-', '(' .. last) > 0
return {found, more and last or ''}
