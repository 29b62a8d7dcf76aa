CREATE TABLE IF NOT EXISTS vigie.facts
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise the import of history that made the row; see table lanes',
    day Date COMMENT 'Business day, in the zone of the centre',
    quarter DateTime('UTC') COMMENT 'Start of the quarter of an hour in which it happened, UTC',
    at DateTime64(3, 'UTC') COMMENT 'When what is counted happened, UTC' CODEC(Delta, ZSTD(1)),
    grain LowCardinality(String) COMMENT 'What the row counts: contact, queue_leg, advisor_leg or time',
    programme LowCardinality(String) COMMENT 'Whose contacts these are (an outsourcer''s client)',
    site LowCardinality(String) COMMENT 'Site of the advisor',
    queue LowCardinality(String) COMMENT 'Queue',
    campaign LowCardinality(String) COMMENT 'Outbound campaign',
    channel LowCardinality(String) COMMENT 'voice, chat, email, social, letter, sms or video',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    team LowCardinality(String) COMMENT 'Team in which the advisor worked',
    home_team LowCardinality(String) COMMENT 'Team to which the advisor belongs',
    advisor LowCardinality(String) COMMENT 'Advisor',
    reason LowCardinality(String) COMMENT 'Why the customer came, or why the advisor paused, as the source says',
    contact String COMMENT 'Contact, the key of table contacts; empty for grain time' CODEC(ZSTD(1)),
    epoch LowCardinality(String) COMMENT 'Identity of the log: it changes when the topic is made anew',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that made the row known' CODEC(Delta, ZSTD(1)),
    seq UInt32 COMMENT 'Position among the rows of the same log record',
    config_version UInt32 COMMENT 'Version of the configuration that applied',
    INDEX offsets offset TYPE minmax GRANULARITY 1,
    INDEX contacts contact TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree()
PARTITION BY day
PRIMARY KEY (centre, lane, quarter)
ORDER BY (centre, lane, quarter, at)
SETTINGS non_replicated_deduplication_window = 20000, min_bytes_for_wide_part = 134217728,
    ratio_of_defaults_for_sparse_serialization = 0.5,
    lightweight_mutation_projection_mode = 'rebuild'
COMMENT 'One row per event and grain: increments of measures, with dimensions and lineage. A correction is a row with negative increments';

CREATE TABLE IF NOT EXISTS vigie.contacts
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise an import of history',
    contact String COMMENT 'Contact: one customer journey',
    life Int32 COMMENT 'A contact that came back long after its end has a row for each life, from 0',
    day Date COMMENT 'Business day of the start, in the zone of the centre',
    started_at DateTime64(3, 'UTC') COMMENT 'Start, UTC',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'End, UTC; NULL while it is going on',
    customer String COMMENT 'Keyed hash of the customer''s identifier; empty when unknown',
    outcome LowCardinality(String) COMMENT 'open, answered, abandoned, left, refused or lost',
    first_queue LowCardinality(String) COMMENT 'First queue',
    queue LowCardinality(String) COMMENT 'Last queue',
    programme LowCardinality(String) COMMENT 'Whose contact it is',
    site LowCardinality(String) COMMENT 'Site of the last advisor',
    campaign LowCardinality(String) COMMENT 'Outbound campaign',
    channel LowCardinality(String) COMMENT 'Channel',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    team LowCardinality(String) COMMENT 'Team in which the last advisor worked',
    home_team LowCardinality(String) COMMENT 'Team to which the last advisor belongs',
    advisor LowCardinality(String) COMMENT 'Last advisor',
    reason LowCardinality(String) COMMENT 'Why the customer came',
    queue_legs Int32 COMMENT 'Entries in a queue',
    advisor_legs Int32 COMMENT 'Offers to an advisor',
    wait_ms Int64 COMMENT 'Waiting time of the customer, ms',
    handle_ms Int64 COMMENT 'Time with advisors, ms',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that made the row known; the greatest is the contact as it stands',
    deleted UInt8 COMMENT '1: merged into another contact'
)
ENGINE = ReplacingMergeTree(offset, deleted)
PARTITION BY toYYYYMM(day)
ORDER BY (centre, lane, contact, epoch, life)
TTL day + INTERVAL 13 MONTH
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'Contacts, to drill down from a number. Read it with FINAL: a later row of a contact replaces the earlier ones';

CREATE TABLE IF NOT EXISTS vigie.gauges
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live',
    scope LowCardinality(String) COMMENT 'Kind of scope: centre, programme, team, advisor, queue, campaign or channel',
    id LowCardinality(String) COMMENT 'Which one; empty for the centre itself',
    at DateTime64(3, 'UTC') COMMENT 'Moment of the sample, on the clock of the log, UTC' CODEC(Delta, ZSTD(1)),
    waiting Int64 COMMENT 'Contacts waiting',
    longest_wait_ms Int64 COMMENT 'Longest wait among them, ms',
    advisors_logged Int64 COMMENT 'Advisors logged in',
    advisors_available Int64 COMMENT 'Advisors available',
    advisors_ringing Int64 COMMENT 'Advisors being called',
    advisors_on_contact Int64 COMMENT 'Advisors with a customer',
    advisors_wrapping Int64 COMMENT 'Advisors in after-call work',
    advisors_paused Int64 COMMENT 'Advisors in any pause or other activity',
    help_requests Int64 COMMENT 'Advisors who asked for help in a conversation and whom nobody has come to help yet',
    items_open Int64 COMMENT 'Messages of deferred channels that are neither solved nor dropped',
    items_overdue Int64 COMMENT 'Open messages whose reply was due and that nobody has replied to',
    items_parked Int64 COMMENT 'Open messages that wait for somebody else',
    oldest_item_ms Int64 COMMENT 'Age of the oldest open message since it came or was reopened, ms',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log'
)
ENGINE = ReplacingMergeTree()
PARTITION BY toDate(at)
ORDER BY (centre, lane, scope, id, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 20000, ttl_only_drop_parts = 1
COMMENT 'The state of a scope, sampled every 10 seconds of the log''s clock. Never add samples up over time';

CREATE TABLE IF NOT EXISTS vigie.alerts
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    at DateTime64(3, 'UTC') COMMENT 'Moment of the transition, on the clock of the log, UTC',
    rule LowCardinality(String) COMMENT 'Rule',
    scope LowCardinality(String) COMMENT 'Kind of scope',
    id LowCardinality(String) COMMENT 'Which one',
    state LowCardinality(String) COMMENT 'State after the transition',
    severity LowCardinality(String) COMMENT 'Severity of the rule',
    reason LowCardinality(String) COMMENT 'Why the state changed',
    numerator Int64 COMMENT 'Numerator of the indicator at that moment',
    denominator Int64 COMMENT 'Denominator of the indicator at that moment',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that brought the transition'
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(at)
ORDER BY (centre, rule, scope, id, at, epoch, partition, offset)
TTL toDateTime(at) + INTERVAL 25 MONTH
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'Transitions of alerts';

CREATE TABLE IF NOT EXISTS vigie.events
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    time DateTime64(3, 'UTC') COMMENT 'When it happened, by the clock of the source, UTC' CODEC(Delta, ZSTD(1)),
    received DateTime64(3, 'UTC') COMMENT 'When it was taken in, UTC' CODEC(Delta, ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type of the event',
    source LowCardinality(String) COMMENT 'Source',
    contact String COMMENT 'Contact',
    advisor LowCardinality(String) COMMENT 'Advisor',
    queue LowCardinality(String) COMMENT 'Queue',
    record String COMMENT 'The record of the log as it is, JSON' CODEC(ZSTD(3)),
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Offset of the record' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toDate(received)
ORDER BY (centre, contact, time, epoch, partition, offset)
TTL toDateTime(received) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 20000, ttl_only_drop_parts = 1
COMMENT 'Raw events, kept for a short time to explain a number';

CREATE TABLE IF NOT EXISTS vigie.config
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    version UInt32 COMMENT 'Version of the configuration, as in facts.config_version',
    type LowCardinality(String) COMMENT 'Type of the config event that published the object',
    id String COMMENT 'Which object',
    applied_at DateTime64(3, 'UTC') COMMENT 'From when it applied, UTC',
    object String COMMENT 'The object, JSON' CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY (centre, version, type, id)
COMMENT 'Every configuration that ever applied: organisation, calendars, targets, thresholds';

CREATE TABLE IF NOT EXISTS vigie.blocks
(
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    first Int64 COMMENT 'First log record of the block',
    last Int64 COMMENT 'Last log record of the block',
    rows UInt32 COMMENT 'Rows of facts',
    contacts UInt32 COMMENT 'Rows of contacts',
    gauges UInt32 COMMENT 'Rows of gauges',
    hash UInt64 COMMENT 'Hash of all the rows of the block',
    version LowCardinality(String) COMMENT 'Version of the program that made it',
    written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written, by the clock of the server, UTC'
)
ENGINE = MergeTree()
ORDER BY (epoch, partition, last)
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'The ledger: a block is stored when, and only when, it has a row here';

CREATE TABLE IF NOT EXISTS vigie.lanes
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane String COMMENT 'Lane of an import of history',
    visible UInt8 COMMENT '1: its facts count in the views; 0: they do not',
    changed_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this was decided; the latest decision holds, UTC'
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY (centre, lane)
COMMENT 'Which imports of history the views show. The live lane is always shown';

ALTER TABLE vigie.contacts
    ADD COLUMN IF NOT EXISTS customer_old String COMMENT 'The customer''s hash under the key before, during a rotation' AFTER customer,
    ADD COLUMN IF NOT EXISTS entered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First entry in a queue, when measure contacts counted it, UTC; NULL when it entered none',
    ADD COLUMN IF NOT EXISTS entered_day Date COMMENT 'Business day of entered_at',
    ADD COLUMN IF NOT EXISTS base_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When measure repeat_base counted it, UTC; NULL when it did not',
    ADD COLUMN IF NOT EXISTS base_day Date COMMENT 'Business day of base_at',
    ADD COLUMN IF NOT EXISTS abandoned_at Nullable(DateTime64(3, 'UTC')) COMMENT 'The abandon with which it ended, UTC; NULL when it ended otherwise',
    ADD COLUMN IF NOT EXISTS abandoned_day Date COMMENT 'Business day of abandoned_at',
    ADD COLUMN IF NOT EXISTS talk_ms Int64 COMMENT 'Talk of all conversations with the customer, without hold, ms',
    ADD COLUMN IF NOT EXISTS conversations String COMMENT 'Empty where there was at most one conversation, that of the columns advisor, team, home_team and site. Else lines of queue, advisor, team, home team and site, tab-separated: the last advisor, then all conversations, the newest last';

CREATE TABLE IF NOT EXISTS vigie.outcomes
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise an import of history',
    contact String COMMENT 'Contact of which it was said',
    at DateTime64(3, 'UTC') COMMENT 'When it was said, UTC' CODEC(Delta, ZSTD(1)),
    day Date COMMENT 'Its business day, in the zone of the centre',
    type LowCardinality(String) COMMENT 'Type of the event',
    source LowCardinality(String) COMMENT 'Source',
    id Int64 COMMENT 'Hash of the event''s id',
    object Int64 COMMENT 'Hash of the id of the survey, evaluation or sale; 0 for the rest',
    in_time UInt8 COMMENT '1: the machine booked it in facts. 0: it came when its contact was not known, or not any more; the daily job books it in daily_facts once table contacts has the contact',
    sequence Int32 COMMENT 'The source''s own order',
    programme LowCardinality(String) COMMENT 'As the event says',
    site LowCardinality(String) COMMENT 'As the event says',
    queue LowCardinality(String) COMMENT 'As the event says',
    campaign LowCardinality(String) COMMENT 'As the event says',
    channel LowCardinality(String) COMMENT 'As the event says',
    direction LowCardinality(String) COMMENT 'As the event says',
    team LowCardinality(String) COMMENT 'As the event says',
    advisor LowCardinality(String) COMMENT 'As the event says',
    reason LowCardinality(String) COMMENT 'As the event says',
    member_team LowCardinality(String) COMMENT 'Team in which that advisor worked at the time',
    member_home_team LowCardinality(String) COMMENT 'Team to which that advisor belonged at the time',
    member_site LowCardinality(String) COMMENT 'Site of that advisor at the time',
    value Int32 COMMENT 'Amount of a sale in cents, score of an evaluation in basis points',
    class UInt8 COMMENT 'Class of a disposition, its place in the list of classes; 0: none',
    marks UInt8 COMMENT 'Bits: 1 complaint, 2 no complaint, 4 resolved, 8 not resolved; critical failure for the 16 customer, 32 business, 64 compliance',
    csat UInt8 COMMENT 'Satisfaction, 1 to 5; 0: not answered',
    nps UInt8 COMMENT 'Recommendation, 0 to 10, plus one; 0: not answered',
    ces UInt8 COMMENT 'Ease, 1 to 5; 0: not answered',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that made the row known',
    config_version UInt32 COMMENT 'Version of the configuration that applied'
)
ENGINE = ReplacingMergeTree(in_time)
PARTITION BY toYYYYMM(day)
ORDER BY (centre, contact, lane, source, id)
TTL day + INTERVAL 13 MONTH
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'What was said of contacts: dispositions, recordings, surveys, evaluations, sales. Read it with FINAL';

CREATE TABLE IF NOT EXISTS vigie.daily_facts
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Lane of the contact. Empty: live',
    day Date COMMENT 'Business day, in the zone of the centre',
    part LowCardinality(String) COMMENT 'What the job found: repeated, repeats, returned or late',
    contact String COMMENT 'Contact, the key of table contacts' CODEC(ZSTD(1)),
    life Int32 COMMENT 'Life of the contact',
    number UInt32 COMMENT 'Among the rows of one part of the contact on that day',
    quarter DateTime('UTC') COMMENT 'Start of the quarter of an hour in which it happened, UTC',
    at DateTime64(3, 'UTC') COMMENT 'When what is counted happened, UTC' CODEC(Delta, ZSTD(1)),
    grain LowCardinality(String) COMMENT 'What the row counts: contact, quality or outbound',
    programme LowCardinality(String) COMMENT 'Whose contacts these are (an outsourcer''s client)',
    site LowCardinality(String) COMMENT 'Site of the advisor',
    queue LowCardinality(String) COMMENT 'Queue',
    campaign LowCardinality(String) COMMENT 'Outbound campaign',
    channel LowCardinality(String) COMMENT 'voice, chat, email, social, letter, sms or video',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    team LowCardinality(String) COMMENT 'Team in which the advisor worked',
    home_team LowCardinality(String) COMMENT 'Team to which the advisor belongs',
    advisor LowCardinality(String) COMMENT 'Advisor',
    reason LowCardinality(String) COMMENT 'Why the customer came',
    epoch LowCardinality(String) COMMENT 'Identity of the log that made the contact known',
    partition UInt16 COMMENT 'Partition of the log',
    made_at DateTime64(3, 'UTC') COMMENT 'The pass of the job that made the row; the latest holds, UTC',
    deleted UInt8 COMMENT '1: the pass found that it is so no more'
)
ENGINE = ReplacingMergeTree(made_at, deleted)
PARTITION BY toYYYYMM(day)
ORDER BY (centre, day, part, lane, contact, epoch, life, number)
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'What only later contacts or late words tell of a contact: facts that the daily job computes again and again. Read it with FINAL, or through the views';

CREATE TABLE IF NOT EXISTS vigie.daily_passes
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    made_at DateTime64(3, 'UTC') COMMENT 'Identity of the pass, as in daily_facts; when it began, by the clock of the server, UTC',
    ended_at DateTime64(3, 'UTC') COMMENT 'When it was complete, UTC',
    kind LowCardinality(String) COMMENT 'recent: the last days; full: all that may still change; asked: what somebody asked for',
    from_day Date COMMENT 'First business day that was computed',
    to_day Date COMMENT 'Last business day that was computed',
    epoch String COMMENT 'Identity of the log of the newest contact that the pass could see',
    offset Int64 COMMENT 'Log record of the newest contact that the pass could see',
    rows UInt64 COMMENT 'Rows of daily_facts that it wrote',
    late UInt64 COMMENT 'Contacts on which late outcomes were booked',
    unknown UInt64 COMMENT 'Late outcomes whose contact is not stored'
)
ENGINE = MergeTree()
ORDER BY (centre, made_at)
TTL toDateTime(made_at) + INTERVAL 13 MONTH
COMMENT 'Passes of the daily job that are complete';

ALTER TABLE vigie.blocks
    ADD COLUMN IF NOT EXISTS clock DateTime64(3, 'UTC') COMMENT 'The clock of the log at the last record, UTC; 1970 for blocks of versions that did not note it' AFTER version;

ALTER TABLE vigie.alerts
    ADD COLUMN IF NOT EXISTS audience LowCardinality(String) COMMENT 'Whom the rule calls: wall or page' AFTER severity,
    ADD COLUMN IF NOT EXISTS seq UInt32 COMMENT 'Number of the transition among those of its log record' AFTER offset,
    MODIFY ORDER BY (centre, rule, scope, id, at, epoch, partition, offset, seq);

ALTER TABLE vigie.alerts
    COMMENT COLUMN state 'State after the transition: pending, firing, resolved, or inactive for one that never fired',
    COMMENT COLUMN reason 'What the rule found at that moment: true, false, between, closed, silent, no_data, too_few or removed',
    COMMENT COLUMN numerator 'Numerator of what the rule shows, when it fires and when it is over; of a gauge or a measure the value',
    COMMENT COLUMN denominator 'Denominator of what the rule shows; 0: it has no value';

CREATE TABLE IF NOT EXISTS vigie.register
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise an import of history',
    type LowCardinality(String) COMMENT 'What is said: incident.opened, incident.closed, action.started, action.ended or alert.acknowledged. What a source published stands as incident.opened and incident.closed',
    object String COMMENT 'Which incident or action; empty for an acknowledgement',
    at DateTime64(3, 'UTC') COMMENT 'When it began, was over, or was seen, UTC',
    day Date COMMENT 'Its business day, in the zone of the centre',
    said_at DateTime64(3, 'UTC') COMMENT 'When the log took the word, UTC',
    scope LowCardinality(String) COMMENT 'Kind of scope where it hurts, is to help, or alerts; empty where nobody said',
    scope_id LowCardinality(String) COMMENT 'Which one; empty for the centre itself',
    rule LowCardinality(String) COMMENT 'Rule of the alert',
    title String COMMENT 'What it is, in a few words',
    cause LowCardinality(String) COMMENT 'Why, as far as known: a word from the list in docs/events.md',
    lever LowCardinality(String) COMMENT 'What an action does: a word from the list in docs/events.md',
    incident String COMMENT 'Incident to which an action or an acknowledgement belongs',
    indicator LowCardinality(String) COMMENT 'Indicator that an action is to move',
    expected Int64 COMMENT 'By how much: basis points for shares and scores, milliseconds, cents, or a count',
    said_by LowCardinality(String) COMMENT 'Who says so: a role or a pseudonymous id',
    void UInt8 COMMENT '1: it never was',
    source LowCardinality(String) COMMENT 'Source of the event',
    id Int64 COMMENT 'Hash of the event''s id',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that brought the word',
    config_version UInt32 COMMENT 'Version of the configuration that applied'
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(day)
ORDER BY (centre, lane, type, object, source, id)
TTL day + INTERVAL 25 MONTH
SETTINGS non_replicated_deduplication_window = 20000
COMMENT 'What was said of incidents, actions and alerts, a row for each word. Views incidents, actions and acknowledgements put it together. Read it with FINAL';

ALTER TABLE vigie.facts
    ADD COLUMN IF NOT EXISTS line LowCardinality(String) COMMENT 'What carried the call: the trunk it came in by, or the number that a dial presented; of grains advisor_leg and outbound' AFTER reason,
    ADD COLUMN IF NOT EXISTS workstation LowCardinality(String) COMMENT 'What the advisor worked at; of grain advisor_leg' AFTER line;

ALTER TABLE vigie.daily_facts
    ADD COLUMN IF NOT EXISTS line LowCardinality(String) COMMENT 'What carried the call: the trunk it came in by, or the number that a dial presented; of grains advisor_leg and outbound' AFTER reason,
    ADD COLUMN IF NOT EXISTS workstation LowCardinality(String) COMMENT 'What the advisor worked at; of grain advisor_leg' AFTER line;

ALTER TABLE vigie.alerts
    ADD COLUMN IF NOT EXISTS text_en String DEFAULT '' COMMENT 'The line of its rule with the value, as receivers are told when it fires and is over, without the name of the scope at its head; English. Empty in rows of before migration 12' AFTER denominator,
    ADD COLUMN IF NOT EXISTS text_fr String DEFAULT '' COMMENT 'The same; French' AFTER text_en,
    ADD COLUMN IF NOT EXISTS short_en String DEFAULT '' COMMENT 'The few words of a wall, or text_en when the rule has none' AFTER text_fr,
    ADD COLUMN IF NOT EXISTS short_fr String DEFAULT '' COMMENT 'The same; French' AFTER short_en;
