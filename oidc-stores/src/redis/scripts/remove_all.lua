local index, issued_up_to = prefix .. ARGV[1], tonumber(ARGV[2])

local removed = 0
for _, id in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local issued_at = redis.call('HGET', session(id), 'issued_at')
    if not issued_at then
        redis.call('ZREM', index, id)
    elseif tonumber(issued_at) <= issued_up_to then
        removed = removed + remove(id)
    end
end
return removed
