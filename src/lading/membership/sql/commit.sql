-- How confirmed changes make the next generation out of the last.
--
-- Variables: `changes`, `outcomes`, `index`, `segments` (files), `moment`, `shift` and `memory` (times), `profile`, `segment` (the number of the
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
create or replace temp view previous as
select * replace (expires_at + getvariable('shift') as expires_at) from read_parquet(getvariable('index'));

-- name: withdrawals
-- Whether this run removes anything while somebody of whom Amazon knows has expired.
select count(*) from previous
where expires_at <= getvariable('moment')
  and exists (select 1 from read_parquet(getvariable('changes')) where "group" = 1);

-- name: hidden
-- Expired people whom a removal of this run would take along. Nobody sends them again for that: they are no members. But
-- under a longer ttl they would be, and then they have to be sent. View `sent`: all that was sent for anybody.
create or replace temp table hidden as
select distinct external_id from (
  select s.external_id, unnest(keys_of(s.sets)) as key from sent s
  join previous p using (external_id, segment)
  where p.expires_at <= getvariable('moment')
) semi join (
  select unnest(keys_of(sets)) as key from read_parquet(getvariable('changes')) where "group" = 1
) using (key);

-- name: effects
-- What each change does to its member, in a word:
--   take     the entry is what was sent now
--   blur     the same, but the old sets may still be at Amazon: they are remembered, and sent away again next time
--   trust    the entry is as Amazon has it again
--   doubt    the entry stays, and the next run sends it again, even if its source does not name it
--   owe      the entry is what was sent or was to be sent now, and the next run sends it again, as with doubt
--   guess    no member, but Amazon may have taken what it did not confirm: whoever must not be there is sent away
--   recheck  the entry stays, and the next run sends it again if its source names it
--   lose     the entry is gone
-- Table `reached`: first and last number of changes that Amazon may have taken, whatever it said of them in the end.
create or replace temp table effects as
select
  coalesce(created.external_id, deleted.external_id) as external_id,
  case
    when created.external_id is null then if(deleted.outcome = 'confirmed', 'lose', 'recheck')
    when created.change = 'share' then if(created.outcome = 'confirmed', 'trust', 'doubt')
    when created.outcome = 'confirmed' then
      if(deleted.external_id is null or deleted.outcome is not distinct from 'confirmed', 'take', 'blur')
    when created.change = 'add' and not created.maybe then
      if(expired.external_id is null or deleted.outcome is not distinct from 'confirmed', 'lose', 'recheck')
    when created.change = 'add' then 'guess'
    when deleted.external_id is not null and deleted.outcome is null then 'doubt'
    when created.maybe or (deleted.outcome = 'confirmed' and created.outcome is null) then 'owe'
    when deleted.outcome = 'confirmed' then 'lose'
    else 'doubt'
  end as verdict,
  created.no,
  -- Old sets that may still be there.
  if(deleted.outcome = 'confirmed', null, deleted.no) as deleted_no,
  created.fingerprint,
  created.country,
  created.expires_at,
  deleted.outcome is not distinct from 'confirmed' as gone
from (
  select *, exists (select 1 from reached r where no between r.first and r.last) as maybe
  from answered where "group" = 2
) created
full outer join (select * from answered where "group" = 1) deleted using (external_id)
left join (select external_id from previous where expires_at <= getvariable('moment')) expired
  on expired.external_id = created.external_id;

-- name: index
-- The next generation's index. In the place of a fingerprint, or before it, a mark says what the next run has to do:
--   ''      sent again if the source names it
--   ?...    sent again in any case; with +N at its end only by the first N of the sets that are remembered, after all of
--           them were deleted: the others are of a late job, or were to be dropped
--   !...    the same; it is no member for all we know
--   ~       no member for all we know: sent away where whoever the source does not name is
--   -       no member, and a late job may bring it back: sent away unless the source brings it back first
-- One join and no union: a union before a sort of all members does not keep to the memory that it has.
select external_id,
  case
    when verdict = 'take' then e.fingerprint
    when verdict = 'blur' then ''
    when verdict = 'guess' or (verdict = 'owe' and p.fingerprint in ('~', '-')) then '~'
    when verdict = 'owe' then if(e.gone, '!', '?') || e.fingerprint || coalesce('+' || own_sets, '')
    when verdict is null and h.external_id is not null and left(p.fingerprint, 1) not in ('?', '!', '~', '-')
      then '?' || p.fingerprint
    when p.fingerprint in ('~', '-') or verdict is null then p.fingerprint
    when verdict = 'doubt' and starts_with(p.fingerprint, '!') then p.fingerprint
    when verdict = 'doubt' and e.gone then '!' || ltrim(p.fingerprint, '?')
    when verdict = 'doubt' then '?' || ltrim(p.fingerprint, '?')
    when verdict = 'trust' then split_part(ltrim(p.fingerprint, '?!'), '+', 1)
    else ''
  end as fingerprint,
  if(enters, getvariable('profile'), p.profile) as profile,
  if(enters, e.country, p.country) as country,
  case
    when enters then coalesce(e.expires_at, getvariable('moment') + getvariable('life'))
    -- Sent again for somebody else's sake, his time begins anew all the same.
    when verdict = 'trust' then e.expires_at
    else p.expires_at
  end as expires_at,
  if(enters or list_contains(getvariable('compacted'), p.segment), getvariable('segment'), p.segment) as segment
from previous p
full join (select *, verdict in ('take', 'blur', 'owe', 'guess') as enters from effects) e using (external_id)
left join hidden h using (external_id)
left join (
  select no, len(sets) as own_sets from read_parquet(getvariable('changes'))
  semi join (select no from effects where verdict = 'owe' and deleted_no is not null) using (no)
) own on own.no = e.no
where enters
  or (p.segment is not null and coalesce(verdict, 'recheck') in ('recheck', 'doubt', 'trust')
    and (p.expires_at is null or p.expires_at + getvariable('memory') > getvariable('moment')))
order by external_id;

-- name: segment
-- What was sent for those who are in the index newly or anew.
select c.external_id, c.country, c.tcf, c.gpp, c.amzn_user_data, c.amzn_ad_storage, c.geo_country, c.geo_ip,
  if(d.sets is null, c.sets, list_concat(
    c.sets, list_filter(d.sets, lambda old: not list_contains(c.sets, old)))[1:100]) as sets
from read_parquet(getvariable('changes')) c
join effects e using (no)
left join (
  select no as deleted_no, sets from read_parquet(getvariable('changes'))
  semi join (select deleted_no as no from effects) using (no)
) d using (deleted_no)
where e.verdict in ('take', 'blur', 'owe', 'guess')
order by external_id;

-- name: taken_up
-- What older segments know of those who stay.
insert into whole_segment by name
select s.* exclude (segment)
from sent s
join previous p using (external_id, segment)
left join effects e using (external_id)
where coalesce(e.verdict, 'recheck') in ('recheck', 'doubt', 'trust')
  and (p.expires_at is null or p.expires_at + getvariable('memory') > getvariable('moment'));

-- name: late
-- People of earlier runs' batches whose jobs may act yet, and what was sent of them. Table `late_spans`: filename, first, last.
create or replace temp table late as
select c."group", c.external_id, c.country, c.tcf, c.gpp, c.amzn_user_data, c.amzn_ad_storage, c.geo_country, c.geo_ip, c.sets
from read_parquet(getvariable('late'), filename = true) c
join late_spans s on c.filename = s.filename and c.no between s.first and s.last;

-- name: shaken
-- Everybody whom such a job may touch: those it names, and those whom a removal would take along. Tables `fresh_index` and
-- `fresh_segment`: the next generation as it would be without them.
create or replace temp view known as
select * from fresh_segment
union all by name
select s.* exclude (segment) from sent s
join fresh_index i using (external_id, segment)
where i.segment <> getvariable('segment');

create or replace temp table shaken as
select external_id from late
union
select external_id from (select external_id, unnest(keys_of(sets)) as key from known)
semi join (select unnest(keys_of(sets)) as key from late where "group" = 1) using (key);

create or replace temp table late_sets as
select * from (
  select external_id, any_value(columns(* exclude ("group", external_id, sets))),
    list_distinct(flatten(list(sets))) as sets
  from late where "group" = 2 group by external_id
);

-- name: shaken_index
select * from (
  select i.external_id,
    if(s.external_id is null or left(i.fingerprint, 1) in ('?', '!', '~', '-'), i.fingerprint, '?' || i.fingerprint)
      || if(k.own is null or left(i.fingerprint, 1) in ('~', '-') or contains(i.fingerprint, '+'), '', '+' || k.own) as fingerprint,
    i.profile, i.country, i.expires_at,
    if(l.external_id is null, i.segment, getvariable('segment')) as segment
  from fresh_index i
  left join shaken s using (external_id)
  left join late_sets l using (external_id)
  left join (select k.external_id, len(k.sets) as own from known k join late_sets l using (external_id)
    where not list_has_all(k.sets, l.sets)) k using (external_id)
  union all
  select l.external_id, if(p.external_id is null, '~', '-') as fingerprint, getvariable('profile') as profile, l.country,
    getvariable('moment') + getvariable('life') as expires_at, getvariable('segment') as segment
  from late_sets l
  anti join fresh_index using (external_id)
  left join previous p on p.external_id = l.external_id
)
order by external_id;

-- name: shaken_segment
select * from (
  select * from fresh_segment
  anti join late_sets using (external_id)
  union all by name
  select l.* replace (list_concat(coalesce(k.sets, []), list_filter(
      l.sets, lambda one: k.sets is null or not list_contains(k.sets, one)))[1:100] as sets)
  from late_sets l
  left join known k using (external_id)
)
order by external_id;

-- name: members
-- Entries of an index of whom we know that they are members.
select count(*) from read_parquet(getvariable('index'))
where left(fingerprint, 1) not in ('~', '!', '-') and (expires_at is null or expires_at > getvariable('moment'));

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
