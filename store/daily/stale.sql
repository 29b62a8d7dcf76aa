-- Takes back the rows of some parts that a pass did not make again.
INSERT INTO {{.Name "daily_facts"}} (centre, lane, day, part, contact, life, number, epoch, partition, quarter, at, made_at, deleted)
SELECT centre, lane, day, part, contact, life, number, epoch, partition, quarter, at, fromUnixTimestamp64Milli({made:Int64}, 'UTC'), 1
FROM {{.Name "daily_facts"}} FINAL
WHERE centre = {centre:String} AND day BETWEEN {from:Date} AND {to:Date} AND part IN ('repeated', 'repeats', 'returned')
    AND made_at < fromUnixTimestamp64Milli({made:Int64}, 'UTC')
