-- Variable `sets`: the files of a run. Table `denied`: external_id, of people who deny consent; any number of times.

-- name: sets_in_order
-- All identifier sets, person by person, each in order of reading; whoever denies is left out.
select * from read_parquet(getvariable('sets'))
anti join denied using (external_id)
order by external_id, "row", set_no

-- name: rows_of_denied
-- The rows that would have made a record, had not another row of their person denied consent.
select "row", any_value(country) as country
from read_parquet(getvariable('sets'))
semi join denied using (external_id)
group by "row"
order by "row"
