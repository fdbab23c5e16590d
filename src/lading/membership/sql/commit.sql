-- How confirmed changes make the next generation out of the last.
--
-- Variables: `changes`, `outcomes`, `index`, `segments` (files), `moment`, `profile`, `segment` (the number of the
-- segment that is written) and `compacted` (the numbers of those that it takes up).
-- Table `settled`: filename, batch, at, expires_at.

-- name: outcomes
-- What became of each change so far, and in which batch.
create or replace temp view outcomes as
select o.no, o.outcome, o.reason, o.job, t.batch, t.at, t.expires_at
from read_parquet(getvariable('outcomes'), filename = true) o
join settled t using (filename);

-- name: answered
-- Every change, with its outcome or none.
create or replace temp view answered as
select c.no, c."group", c.change, c.external_id, c.country, c.fingerprint,
  o.outcome, o.reason, o.job, o.batch, o.at, o.expires_at
from read_parquet(getvariable('changes')) c
left join outcomes o using (no);

-- name: previous
create or replace temp view previous as select * from read_parquet(getvariable('index'));

-- name: effects
-- What each change does to its member, in a word:
--   take     the entry is what was sent now
--   blur     the same, but the old sets may still be at Amazon: they are remembered, and sent away again next time
--   trust    the entry is as Amazon has it again
--   doubt    the entry stays, but the next run sends it again, whatever its source says
--   keep     the entry stays as it was
--   lose     the entry is gone
create or replace temp table effects as
select
  coalesce(created.external_id, deleted.external_id) as external_id,
  case
    when deleted.external_id is not null and deleted.outcome is null and created.outcome is null then 'doubt'
    when created.external_id is null then if(deleted.outcome = 'confirmed', 'lose', 'keep')
    when created.change = 'share' then if(created.outcome = 'confirmed', 'trust', 'doubt')
    when created.outcome = 'confirmed' then
      if(deleted.external_id is null or deleted.outcome is not distinct from 'confirmed', 'take', 'blur')
    when deleted.outcome = 'confirmed' then 'lose'
    when created.outcome is null then 'doubt'
    else 'keep'
  end as verdict,
  created.no,
  deleted.no as deleted_no,
  created.fingerprint,
  created.country,
  created.expires_at
from (select * from answered where "group" = 2) created
full outer join (select * from answered where "group" = 1) deleted using (external_id);

-- name: index
-- The next generation's index.
select * from (
  select external_id, if(verdict = 'blur', '', fingerprint) as fingerprint, getvariable('profile') as profile,
    country, expires_at, getvariable('segment') as segment
  from effects
  where verdict in ('take', 'blur')
  union all
  select p.external_id,
    case e.verdict when 'doubt' then '' when 'trust' then e.fingerprint else p.fingerprint end as fingerprint,
    p.profile, p.country, p.expires_at,
    if(list_contains(getvariable('compacted'), p.segment), getvariable('segment'), p.segment) as segment
  from previous p
  left join effects e using (external_id)
  where coalesce(e.verdict, 'keep') in ('keep', 'doubt', 'trust')
    and (p.expires_at is null or p.expires_at > getvariable('moment'))
)
order by external_id;

-- name: segment
-- What was sent for those who are in the index newly or anew, and what older segments know of those who stay.
select * from (
  select c.external_id, c.country, c.tcf, c.gpp, c.amzn_user_data, c.amzn_ad_storage, c.geo_country, c.geo_ip,
    if(e.verdict = 'take', c.sets, list_concat(
      c.sets, list_filter(d.sets, lambda old: not list_contains(c.sets, old)))[1:100]) as sets
  from read_parquet(getvariable('changes')) c
  join effects e using (no)
  left join (
    select no as deleted_no, sets from read_parquet(getvariable('changes'))
    semi join (select deleted_no as no from effects where verdict = 'blur') using (no)
  ) d using (deleted_no)
  where e.verdict in ('take', 'blur')
  union all by name
  select s.* exclude (segment)
  from sent s
  join previous p using (external_id, segment)
  left join effects e using (external_id)
  where coalesce(e.verdict, 'keep') in ('keep', 'doubt', 'trust')
    and (p.expires_at is null or p.expires_at > getvariable('moment'))
)
order by external_id;

-- name: balance
-- Changes that have more or other outcomes than one: none, unless an outcome was filed twice or under a wrong number.
select
  (select count(*) from answered) - (select count(*) from read_parquet(getvariable('changes')))
  + abs((select count(*) from outcomes) - (select count(*) from answered where outcome is not null))

-- name: waybill
-- One line a change, in the order of sending. The external id leaves the files here: it becomes a keyed hash.
select no, external_id, change, coalesce(outcome, 'pending') as outcome, reason, batch, job, "at"
from answered
order by no
