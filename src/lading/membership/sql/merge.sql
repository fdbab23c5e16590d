-- name: sets_in_order
-- All identifier sets of a run, person by person, each in order of reading. Variable `sets`: the files.
select * from read_parquet(getvariable('sets'))
order by external_id, "row", set_no
