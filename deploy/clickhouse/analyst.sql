-- SPDX-License-Identifier: Apache-2.0
-- The account of analysts and of Grafana: it reads, within limits. Put a password in, and run it as an administrator.
-- analyst.xml says the same for servers whose users are in files; a test compares the two.

-- readonly = 2: no writing, but settings may be changed, as clients do; the limits may only be lowered.
CREATE SETTINGS PROFILE IF NOT EXISTS vigie_analyst SETTINGS
    readonly = 2 CONST,
    max_execution_time = 60 MAX 60,
    max_memory_usage = 4000000000 MAX 4000000000,
    max_rows_to_read = 2000000000 MAX 2000000000,
    max_result_rows = 1000000 MAX 1000000,
    max_concurrent_queries_for_user = 8 CONST,
    max_query_size = 1048576;

CREATE USER IF NOT EXISTS vigie_analyst IDENTIFIED WITH sha256_password BY 'put a password here' SETTINGS PROFILE 'vigie_analyst';

GRANT SELECT ON vigie.* TO vigie_analyst;
REVOKE SELECT ON vigie.events FROM vigie_analyst;
REVOKE SELECT ON vigie.config FROM vigie_analyst;
