-- What the daily job (vigie repeats) reads and writes. The columns of its measures are not here: Migrate adds them.
{{define "contact_columns"}}
    ADD COLUMN IF NOT EXISTS customer_old String COMMENT 'The customer''s hash under the key before, during a rotation' AFTER customer,
    ADD COLUMN IF NOT EXISTS entered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First entry in a queue, when measure contacts counted it, UTC; NULL when it entered none',
    ADD COLUMN IF NOT EXISTS entered_day Date COMMENT 'Business day of entered_at',
    ADD COLUMN IF NOT EXISTS base_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When measure repeat_base counted it, UTC; NULL when it did not',
    ADD COLUMN IF NOT EXISTS base_day Date COMMENT 'Business day of base_at',
    ADD COLUMN IF NOT EXISTS abandoned_at Nullable(DateTime64(3, 'UTC')) COMMENT 'The abandon with which it ended, UTC; NULL when it ended otherwise',
    ADD COLUMN IF NOT EXISTS abandoned_day Date COMMENT 'Business day of abandoned_at',
    ADD COLUMN IF NOT EXISTS talk_ms Int64 COMMENT 'Talk of all conversations with the customer, without hold, ms',
    ADD COLUMN IF NOT EXISTS conversations String COMMENT 'Empty where there was at most one conversation, that of the columns advisor, team, home_team and site. Else lines of queue, advisor, team, home team and site, tab-separated: the last advisor, then all conversations, the newest last'
{{- end -}}
ALTER TABLE {{.Local "contacts"}}{{.OnCluster}}{{template "contact_columns"}};
{{if .Clustered}}
ALTER TABLE {{.Name "contacts"}}{{.OnCluster}}{{template "contact_columns"}};
{{end}}
CREATE TABLE IF NOT EXISTS {{.Local "outcomes"}}{{.OnCluster}}
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
ENGINE = {{.Engine "outcomes" "ReplacingMergeTree" "in_time"}}
PARTITION BY toYYYYMM(day)
ORDER BY (centre, contact, lane, source, id)
TTL day + INTERVAL 13 MONTH
SETTINGS {{.DedupSettings}}
COMMENT 'What was said of contacts: dispositions, recordings, surveys, evaluations, sales. Read it with FINAL';

{{.Distributed "outcomes"}}

CREATE TABLE IF NOT EXISTS {{.Local "daily_facts"}}{{.OnCluster}}
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
ENGINE = {{.Engine "daily_facts" "ReplacingMergeTree" "made_at, deleted"}}
PARTITION BY toYYYYMM(day)
ORDER BY (centre, day, part, lane, contact, epoch, life, number)
SETTINGS {{.DedupSettings}}
COMMENT 'What only later contacts or late words tell of a contact: facts that the daily job computes again and again. Read it with FINAL, or through the views';

{{.Distributed "daily_facts"}}

CREATE TABLE IF NOT EXISTS {{.Name "daily_passes"}}{{.OnCluster}}
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
ENGINE = {{.EngineEverywhere "daily_passes" "MergeTree"}}
ORDER BY (centre, made_at)
TTL toDateTime(made_at) + INTERVAL 13 MONTH
COMMENT 'Passes of the daily job that are complete';
