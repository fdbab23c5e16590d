-- Who was a member in a generation, as the people of a run.
--
-- Variables: `index`, `segments` (files), `moment`, `shift` (what the index's ends are moved by). View `sent` (of diff.sql): what each member was sent with.
-- Table `denied`: external_id, of people who have denied consent since.

-- name: entries
-- Members of then whose time at Amazon is not over. Whoever was none for all we knew, and was to be sent away, is left out; so is whoever denies.
create or replace temp view entries as
select * from read_parquet(getvariable('index'))
anti join denied using (external_id)
where (expires_at is null or expires_at + getvariable('shift') > getvariable('moment')) and left(fingerprint, 1) not in ('~', '-');

-- name: members
select count(*) from entries;

-- name: profile
-- What most of them were hashed by.
select profile from entries group by profile order by count(*) desc, profile limit 1;

-- name: records
select s.* exclude (segment) replace (
    if(contains(e.fingerprint, '+'), s.sets[1:split_part(e.fingerprint, '+', 2)::int], s.sets) as sets),
  split_part(ltrim(e.fingerprint, '?!'), '+', 1) as fingerprint, e.profile
from sent s
join entries e using (external_id, segment)
order by external_id
