-- Repeats and returns of one centre on the business days {from} to {to}: one row of daily_facts for each
--   repeated   a contact of the base, when its customer came again (booked when repeat_base was)
--   repeats    a contact that comes after one of the base (booked when measure contacts was)
--   returned   an abandoned contact whose customer came back within the hour (booked at the abandon).
--
-- "Came" is an inbound contact, of a known customer, that entered a queue. A later one counts for an earlier one of the same
-- customer and programme when it entered after the earlier one began and at most N times 24 hours after its base was booked.
-- Left out: conversations of less than 10 seconds on a line (an equipment finding: such a contact neither repeats nor is
-- repeated, but who comes back after an abandon has come back); contacts after which a follow-up was announced; and what a
-- customer sends on a day with more than 5 contacts, because so many share one number. Our own calls are not inbound.
--
-- A contact stands under the day on which it began. A complaint may be solved, and so enter the base, more than a month later: what
-- began up to 400 days before is looked at, too, when its base is of these days.
--
-- Customers are looked at by buckets, to bound the memory. Each instant is in ms since 1970.
INSERT INTO {{.Name "daily_facts"}} (centre, lane, day, part, contact, life, number, quarter, at, grain, programme, site, queue,
    campaign, channel, direction, team, home_team, advisor, reason, epoch, partition, made_at,
    repeated_3d, repeated_7d, repeated_14d, repeated_30d, repeats_3d, repeats_7d, repeats_14d, repeats_30d, abandoned_returned_1h)
WITH
    -- Customers hashed anew during a rotation of the key, with what they were called before.
    renamed AS
    (
        SELECT programme AS of_programme, customer AS new_name, any(customer_old) AS old_name
        FROM {{.Name "contacts"}} AS c FINAL
        WHERE centre = {centre:String} AND day BETWEEN {from:Date} - 33 AND {to:Date} + 33 AND customer_old != '' AND {{.VisibleLanes "c"}}
        GROUP BY of_programme, new_name
    ),
    -- Whom something is known of, of the days asked for and the few before, by all names; nobody when {all}.
    today AS
    (
        SELECT DISTINCT arrayJoin(arrayFilter(x -> x != '', [customer, customer_old])) AS name FROM {{.Name "contacts"}}
        WHERE NOT {all:UInt8} AND centre = {centre:String}
            AND (day BETWEEN {from:Date} - 3 AND {to:Date} OR day BETWEEN {from:Date} - 400 AND {to:Date} AND base_day BETWEEN {from:Date} - 3 AND {to:Date})
    ),
    lately AS
    (
        SELECT name FROM today
        UNION DISTINCT
        SELECT old_name AS name FROM renamed WHERE new_name IN (SELECT name FROM today)
    ),
    -- Contacts after which a follow-up was announced.
    announced AS
    (
        SELECT contact FROM
        (
            SELECT contact, follow_ups FROM {{.Name "facts"}} AS f
            WHERE centre = {centre:String} AND day BETWEEN {from:Date} - 33 AND {to:Date} + 33 AND follow_ups != 0 AND {{.VisibleLanes "f"}}
            UNION ALL
            SELECT contact, follow_ups FROM {{.Name "daily_facts"}} AS d FINAL
            WHERE centre = {centre:String} AND day BETWEEN {from:Date} - 33 AND {to:Date} + 33 AND follow_ups != 0 AND {{.VisibleLanes "d"}}
        )
        GROUP BY contact
        HAVING sum(follow_ups) > 0
    ),
    visits AS
    (
        SELECT
            c.*,
            if(old_name != '', old_name, customer) AS who,
            toUnixTimestamp64Milli(started_at) AS started,
            ifNull(toUnixTimestamp64Milli(entered_at), 0) AS entered, -- 0: it did not
            ifNull(toUnixTimestamp64Milli(base_at), 0) AS base,
            ifNull(toUnixTimestamp64Milli(abandoned_at), 0) AS abandoned,
            talk_ms < 10000 AND channel IN ('', 'voice', 'video') AND (base != 0 OR outcome = 'answered') AS cut_off,
            base != 0 AND NOT cut_off AND contact NOT IN (SELECT contact FROM announced) AS counts
        FROM
        (
            SELECT * FROM {{.Name "contacts"}} AS c FINAL
            WHERE centre = {centre:String} AND customer != ''
                AND (day BETWEEN {from:Date} - 33 AND {to:Date} + 33
                    OR day BETWEEN {from:Date} - 400 AND {from:Date} - 34 AND base_day BETWEEN {from:Date} - 33 AND {to:Date} + 33)
                AND direction IN ('', 'inbound') AND {{.VisibleLanes "c"}}
                AND ({all:UInt8} OR customer IN (SELECT name FROM lately) OR customer_old IN (SELECT name FROM lately))
        ) AS c
        LEFT ANY JOIN renamed ON of_programme = c.programme AND new_name = c.customer
        WHERE cityHash64(who) % {buckets:UInt32} = {bucket:UInt32}
    ),
    customers AS
    (
        SELECT
            groupArray({{.MostVisits}} + 1)(CAST((day, started, entered, base, abandoned, cut_off, counts, entered_day, base_day, abandoned_day,
                lane, contact, life, programme, site, queue, campaign, channel, direction, team, home_team, advisor, reason, epoch, partition),
                'Tuple(day Date, started Int64, entered Int64, base Int64, abandoned Int64, cut_off UInt8, counts UInt8, entered_day Date,
                base_day Date, abandoned_day Date, lane String, contact String, life Int32, programme String, site String, queue String,
                campaign String, channel String, direction String, team String, home_team String, advisor String, reason String,
                epoch String, partition UInt16)')) AS everything,
            arrayFilter(d -> arrayCount(x -> x.day = d AND x.entered != 0, everything) > 5, arrayDistinct(everything.day)) AS crowded_days,
            arrayFilter(x -> NOT has(crowded_days, x.day), everything) AS calm,
            arraySort(arrayMap(x -> (x.entered, x.contact), arrayFilter(x -> x.entered != 0, calm))) AS came,
            arraySort(arrayMap(x -> (x.entered, x.contact), arrayFilter(x -> x.entered != 0 AND NOT x.cut_off, calm))) AS came_to_talk,
            arrayMap(x -> (x.started, x.base, x.contact), arrayFilter(x -> x.counts, calm)) AS bases
        FROM visits
        WHERE (programme, who) IN (SELECT programme, who FROM visits GROUP BY programme, who HAVING count() > 1) -- most came once
        GROUP BY visits.programme, visits.who
        HAVING length(everything) BETWEEN 2 AND {{.MostVisits}}
    ),
    found AS
    (
        SELECT
            v,
            -- The next visit; the latest base among those that began before; the next visit after the abandon. 0: there is none.
            if(v.counts, arrayFirst(x -> x.1 > v.started AND x.2 != v.contact, came_to_talk).1, 0) AS next_at,
            if(v.entered != 0 AND NOT v.cut_off, arrayMax(arrayMap(b -> b.2, arrayFilter(b -> b.1 < v.entered AND b.3 != v.contact, bases))), 0) AS last_base,
            if(v.abandoned != 0, arrayFirst(x -> x.1 > v.abandoned AND x.2 != v.contact, came).1, 0) AS back_at
        FROM customers
        ARRAY JOIN calm AS v
    )
SELECT
    {centre:String}, v.lane, f.2 AS day, f.1 AS part, v.contact, v.life, 0, toStartOfFifteenMinutes(toDateTime(intDiv(f.3, 1000), 'UTC')),
    fromUnixTimestamp64Milli(f.3, 'UTC'), 'contact', v.programme, v.site, v.queue, v.campaign, v.channel, v.direction, v.team,
    v.home_team, v.advisor, v.reason, v.epoch, v.partition, fromUnixTimestamp64Milli({made:Int64}, 'UTC'),
    part = 'repeated' AND f.4 <= 3 * 86400000, part = 'repeated' AND f.4 <= 7 * 86400000,
    part = 'repeated' AND f.4 <= 14 * 86400000, part = 'repeated',
    part = 'repeats' AND f.4 <= 3 * 86400000, part = 'repeats' AND f.4 <= 7 * 86400000,
    part = 'repeats' AND f.4 <= 14 * 86400000, part = 'repeats',
    part = 'returned'
FROM found
ARRAY JOIN arrayFilter(x -> x.5, -- what it is, its business day and instant, how long it took in ms, whether it is so
[
    ('repeated', v.base_day, v.base, next_at - v.base, next_at != 0 AND next_at - v.base <= 30 * 86400000),
    ('repeats', v.entered_day, v.entered, v.entered - last_base, last_base != 0 AND v.entered - last_base <= 30 * 86400000),
    ('returned', v.abandoned_day, v.abandoned, back_at - v.abandoned, back_at != 0 AND back_at - v.abandoned <= 3600000)
]) AS f
WHERE day BETWEEN {from:Date} AND {to:Date}
