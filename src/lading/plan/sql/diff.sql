-- How the people of a source and the members of the last generation become changes.
--
-- Variables: `records`, `index`, `segments` (files), `moment`, `shift` (what the index's ends are moved by), and the rule of the mode: `adds`, `removes_named`,
-- `removes_absent`, `refresh_by` (microseconds since 1970, or null: nobody is refreshed) and `refresh_spread` (microseconds).
-- `profile`: what the records were hashed by.
-- Table `segment_numbers`: filename, segment. Table `denied`: external_id, of people who deny consent; any number of times.

-- name: members
-- The members of the last generation whose time at Amazon is not over.
create or replace temp view members as
select * from (
  select * replace (expires_at + getvariable('shift') as expires_at) from read_parquet(getvariable('index'))
)
where expires_at is null or expires_at > getvariable('moment');

-- name: expired
-- Those whose time is over. Amazon only hides them: a longer `ttl` brings them back, and an addition may be joined to what
-- they were.
create or replace temp view expired as
select * from read_parquet(getvariable('index')) where expires_at + getvariable('shift') <= getvariable('moment');

-- name: sent
-- What each member was last sent with. Another segment's line of the same person is history.
create or replace temp view sent as
select n.segment, s.* exclude (filename)
from read_parquet(getvariable('segments'), filename = true) s
join segment_numbers n using (filename);

-- name: keys
-- What a set can be found by at Amazon: an e-mail, a phone, or a name at an address.
create or replace temp macro keys_of(sets) as list_filter(
  flatten(list_transform(sets, lambda s: [
    s.email,
    s.phone,
    if(s.address is not null and s.last_name is not null,
       concat_ws('|', s.first_name, s.last_name, s.address, s.postal), null)
  ])),
  lambda key: key is not null
);

-- name: decided
-- One line for each person who has to be sent, or sent away. Reads ids and fingerprints only, never identifiers. A mark in
-- the place of a fingerprint (see the index of `commit.sql`) equals no fingerprint; with `?` or `!` its person is sent
-- again as he is, though the source does not name him. Whose turn it is within the spread: a hash that never changes, asked
-- only of those who may be due. Whoever denies consent is no record, and goes in every mode.
create or replace temp table decided as
select * from (
  select
    coalesce(r.external_id, m.external_id) as external_id,
    case
      when r.external_id is null then case
        when getvariable('removes_absent') or m.external_id in (select external_id from denied) then 'remove'
        when left(m.fingerprint, 1) in ('?', '!') then 'share'
        when m.fingerprint = '-' then 'drop'
      end
      when m.external_id is null then if(getvariable('adds'), 'add', null)
      when getvariable('removes_named') then 'remove'
      when m.fingerprint is distinct from r.fingerprint then 'update'
      when epoch_us(m.expires_at) <= getvariable('refresh_by') then 'refresh'
      when epoch_us(m.expires_at) <= getvariable('refresh_by') + getvariable('refresh_spread')
        and epoch_us(m.expires_at) <= getvariable('refresh_by') + md5_number_lower(m.external_id) % getvariable('refresh_spread')
        then 'refresh'
    end as change,
    m.segment,
    ltrim(m.fingerprint, '?!~-') as fingerprint
  from (select external_id, fingerprint from read_parquet(getvariable('records'))) r
  full outer join members m using (external_id)
)
where change is not null
union all
-- Whoever has expired goes for good before he comes back as somebody else, where his mode removes him, and when he denies.
select e.external_id, 'drop' as change, e.segment, ltrim(e.fingerprint, '?!~-') as fingerprint
from expired e
left join (select external_id, fingerprint from read_parquet(getvariable('records'))) r using (external_id)
where if(r.external_id is null, getvariable('removes_absent') or e.external_id in (select external_id from denied),
  getvariable('removes_named') or e.fingerprint <> r.fingerprint);

-- name: rehashed
-- Members who are updated and were last sent with the hashes of another profile than `profile` (null: it is not asked).
select m.profile, count(*) as people
from decided d join members m using (external_id)
where d.change = 'update' and m.profile <> getvariable('profile')
group by m.profile
order by people desc, m.profile;

-- name: members_touched
-- How many people a line of a segment has to be found for.
select count(*) from decided where change in ('update', 'remove', 'share', 'drop');

-- name: remembered
-- What was sent before for everybody who is updated or removed: Amazon is asked to delete exactly what it was given.
create or replace temp table remembered as
select d.change, d.fingerprint, s.* exclude (segment)
from sent s
join decided d using (external_id, segment)
where d.change in ('update', 'remove', 'share', 'drop');

-- name: members_remembered
select count(*) from remembered;

-- name: withdrawn
-- Group 1: removals, and the old sets of an update that keeps not all of them. Where Amazon adds new sets to old ones, a
-- dropped identifier would stay for ever; where it replaces them, deleting first does no harm.
create or replace temp table withdrawn as
select o.* replace (if(o.change = 'remove', 'remove', 'drop') as change)
from remembered o
left join (
  select external_id, sets from read_parquet(getvariable('records'))
  semi join (select external_id from remembered where change = 'update') using (external_id)
) r using (external_id)
where o.change in ('remove', 'drop') or (o.change = 'update' and not list_has_all(r.sets, o.sets))
  -- Some of what a late job gave him is not his: all of it goes, and `sharing` brings back the rest.
  or (o.change = 'share' and contains(o.fingerprint, '+'));

-- name: sharing
-- Group 2: members whom an identifier of group 1 also reaches. A deletion may take the user whom both stand for, so
-- they are sent again, as they are. Lines of earlier days are reached too; the join with members drops them.
create or replace temp table sharing as
with reached as (
  select distinct external_id, segment
  from (select external_id, segment, unnest(keys_of(sets)) as key from sent)
  semi join (select distinct unnest(keys_of(sets)) as key from withdrawn) using (key)
  anti join decided using (external_id)
)
select 'share' as change, ltrim(m.fingerprint, '?') as fingerprint, s.* exclude (segment)
from sent s
join reached using (external_id, segment)
join members m using (external_id, segment)
where m.fingerprint not in ('~', '-')
union all by name
select * replace (
  split_part(fingerprint, '+', 1) as fingerprint,
  if(contains(fingerprint, '+'), sets[1:split_part(fingerprint, '+', 2)::int], sets) as sets
)
from remembered where change = 'share';

-- name: changes
-- All that has to be sent, in the order of sending.
select * from (
  select 1 as "group", * from withdrawn
  union all by name
  select 2 as "group", d.change, r.*
  from read_parquet(getvariable('records')) r
  join decided d using (external_id)
  where d.change in ('add', 'update', 'refresh')
  union all by name
  select 2 as "group", * from sharing
)
order by "group", external_id

-- name: expiring
-- Members who are not sent now, by the whole days that are left to them, as far as `look_ahead` (days). A mode that removes
-- whom the source does not name leaves nobody whom it does not.
select day, count(*) as members, count(*) filter (absent) as absent from (
  select (epoch_us(m.expires_at) - epoch_us(getvariable('moment'))) // 86400000000 as day, r.external_id is null as absent
  from members m
  anti join (select external_id from decided where change in ('add', 'update', 'refresh', 'remove')) using (external_id)
  left join (select external_id from read_parquet(getvariable('records')) where not getvariable('removes_absent')) r
    using (external_id)
  where left(m.fingerprint, 1) not in ('~', '!', '-')
    and epoch_us(m.expires_at) - epoch_us(getvariable('moment')) < getvariable('look_ahead') * 86400000000
)
group by day
order by day
