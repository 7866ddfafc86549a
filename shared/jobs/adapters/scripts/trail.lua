-- Appends an entry, names and values in turn, to an audit trail, and lets go of those past its bounds.
local function enter(trail, most, retention, entry)
  local id = redis.call('XADD', trail, 'MAXLEN', '~', most, '*', unpack(entry))
  local oldest = tonumber(string.match(id, '^%d+')) - tonumber(retention)
  redis.call('XTRIM', trail, 'MINID', '~', string.format('%.0f', math.max(0, oldest)))
end
