-- What the scripts of the webhook room share; stands between the outbox and each of them.

local TARGET_MS = 7 * 86400000 -- what is known of a target is forgotten after this long without an attempt

local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A target earns its slots: one at first, after any failure and after a slow answer, one more with each quick success.
local function slots_of(state, most)
  if tonumber(state.failures or 0) > 0 then return 1 end
  return math.min(most, 1 + tonumber(state.trust or 0))
end

-- Put a target where it belongs: at the time at which something of it can be sent or a lease of it ends.
local function place_target(target, state, most, now)
  local first = redis.call('ZRANGE', 'webhooks:queue:' .. target, 0, 0, 'WITHSCORES')[2]
  local lease = redis.call('ZRANGE', 'webhooks:flying:' .. target, 0, 0, 'WITHSCORES')[2]
  local at = nil
  if first then
    at = math.max(tonumber(first), tonumber(state.paused_until or 0))
    if lease and redis.call('ZCARD', 'webhooks:flying:' .. target) >= slots_of(state, most) then
      at = math.max(at, tonumber(lease))
    end
  end
  if lease then at = math.min(at or tonumber(lease), tonumber(lease)) end
  if at then redis.call('ZADD', 'webhooks:due', whole(at), target) else redis.call('ZREM', 'webhooks:due', target) end
end

local function land(id, fields)
  redis.call('ZREM', 'webhooks:flying:' .. fields.target, id)
  redis.call('ZREM', 'webhooks:flying:of:' .. fields.tenant, id)
  redis.call('ZREM', 'webhooks:failing', id)
end

