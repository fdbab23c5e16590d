-- What waits of one target: events in files, and the mark of each user who had a settled one.

-- name: latest
-- The last event of each user, unless it is older than what was settled: however often and in whatever order they came.
select given.* from read_parquet(getvariable('files')) as given
left join marks on marks.external_id = given.external_id
where marks.external_id is null or (given."at", given.message) > (marks."at", marks.message)
qualify row_number() over (partition by given.external_id order by given."at" desc, given.message desc, given.entered desc) = 1
order by given.external_id;

-- name: settled
-- The marks once these events are settled. Of users who left long ago nothing is kept.
with every_one as (
    select external_id, "at", message, entered from read_parquet(getvariable('files'))
    union all
    select external_id, "at", message, entered from marks
)
select * from (
    select * from every_one
    qualify row_number() over (partition by external_id order by "at" desc, message desc, entered desc) = 1
)
where entered or "at" >= getvariable('oldest')
order by external_id;
