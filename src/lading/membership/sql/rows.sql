-- What is asked of the rows of a dataset, by membership/rows.py. {table} and {text} are put in: the rows file, and a row, or
-- its key, as one text.

-- name: periods
-- Rows and digest of each period. A sum does not depend on the order of rows, and counts equal rows as often as they stand there.
select
    coalesce(strftime(timezone('UTC', __partition), '%Y-%m-%dT%H:%M:%SZ'), '') as start,
    count(*) as rows,
    cast(sum(md5_number_lower({text})) as varchar) || '-' || cast(sum(md5_number_upper({text})) as varchar) as digest
from {table}
group by 1
order by 1

-- name: keyed
create or replace temp table keyed as
select __row, __partition, unhex(left(sha256(getvariable('secret') || {text}), 32)) as key
from {table}

-- name: judged
-- The first row of each key that was never sent is fresh.
create or replace temp table judged as
select
    __row,
    __partition,
    keyed.key,
    case
        when known.key is not null then 'seen'
        when row_number() over (partition by keyed.key order by __row) > 1 then 'repeated'
        else 'send'
    end as outcome
from keyed
left join known on keyed.key = known.key

-- name: left
select __row, outcome from judged where outcome <> 'send' order by __row

-- name: fresh_keys
select key from judged where outcome = 'send' order by key

-- name: fresh_periods
select
    coalesce(strftime(timezone('UTC', __partition), '%Y-%m-%dT%H:%M:%SZ'), '') as start,
    count(*) as rows,
    '' as digest
from judged
where outcome = 'send'
group by 1
order by 1

-- name: without_left
select rows.* from {table} as rows anti join left_rows on rows.__row = left_rows.__row order by rows.__row
