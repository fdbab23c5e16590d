-- Moments are whole microseconds since 1970 by the sandbox's clock. Identifiers are kept only as they came: hashed.

create table if not exists meta (key text primary key, value text not null) strict;

create table if not exists grants (
  refresh_token text primary key, client_id text not null, user text not null, scopes text not null,
  revoked integer not null default 0
) strict;

create table if not exists codes (
  code text primary key, client_id text not null, user text not null, scopes text not null,
  redirect_uri text not null, challenge text, method text, expires_at integer not null, used integer not null default 0
) strict;

create table if not exists access_tokens (
  token text primary key, refresh_token text not null, expires_at integer not null
) strict;

create table if not exists terms (user text not null, region text not null, primary key (user, region)) strict;

create table if not exists connections (
  seq integer primary key, connection_id text not null unique, user text not null, client_id text not null,
  amc_account_id text, amc_marketplace_id text, amc_instance_id text, dsp_advertiser_id text, dsp_profile_id text,
  is_default integer not null, created_at integer not null, modified_at integer not null
) strict;

create table if not exists audiences (
  audience_id integer primary key, user text not null, client_id text not null, name text not null,
  description text not null, country text, external_id text not null, connection_id text, advertiser_id text,
  ttl integer not null, fees text, created_at integer not null
) strict;

create table if not exists jobs (
  seq integer primary key, job_id text not null unique, audience_id integer not null, user text not null,
  client_id text not null, connection_id text, amc integer not null, dsp integer not null, dsp_fails integer not null,
  accepted_at integer not null, apply_at integer not null, records integer not null, body blob, fate text not null,
  state text not null default 'PENDING', rate real not null default 0, refused integer not null default 0,
  invalid text not null default '[]'
) strict;
create index if not exists jobs_due on jobs (apply_at, seq) where state = 'PENDING';
create index if not exists jobs_paced on jobs (connection_id, accepted_at);
create index if not exists jobs_of_audience on jobs (audience_id);

-- One living row a member (removed_at is null). Removed rows stay while AMC or DSP still shows them.
create table if not exists members (
  id integer primary key, audience_id integer not null, external_id text not null, user_id text, country text,
  sets text not null, added_at integer not null,
  amc_at integer, amc_until integer, dsp_at integer, dsp_until integer, removed_at integer
) strict;
create unique index if not exists members_living on members (audience_id, external_id) where removed_at is null;
create index if not exists members_by_user on members (audience_id, user_id, added_at) where removed_at is null;
create index if not exists members_removed on members (audience_id, removed_at) where removed_at is not null;

create table if not exists requests (
  n integer primary key, at integer not null, method text not null, path text not null, query text not null,
  status integer, records integer, job_request_id text, body_sha256 text
) strict;

create table if not exists faults (
  position integer primary key, name text not null unique, spec text not null, seen integer not null default 0,
  hits integer not null default 0
) strict;

create table if not exists datasets (
  number integer primary key, instance_id text not null, dataset_id text not null, definition text not null,
  created_at integer not null, unique (instance_id, dataset_id)
) strict;

create table if not exists uploads (
  seq integer primary key, upload_id text not null unique, dataset_number integer not null, instance_id text not null,
  dataset_id text not null, request text not null, fails integer not null, created_at integer not null,
  begins_at integer not null, ends_at integer not null, updated_at integer not null, status text not null,
  message text, metrics text not null default '{}'
) strict;
create index if not exists uploads_due on uploads (ends_at, seq) where status = 'IN_PROGRESS';
create index if not exists uploads_new on uploads (begins_at) where status = 'SUBMITTED';
create index if not exists uploads_of_dataset on uploads (dataset_number, ends_at);

create table if not exists deletions (
  seq integer primary key, deletion_id text not null unique, instance_id text not null, identities text not null,
  count integer not null, created_at integer not null, shown_at integer not null, ends_at integer not null,
  status text not null
) strict;
create index if not exists deletions_due on deletions (ends_at, seq) where status = 'PENDING';
