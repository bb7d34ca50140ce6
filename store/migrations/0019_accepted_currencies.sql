-- Why: a currency that changes at X changes what stored micros are called, so somebody must look at it once. Choosing the
-- account again says that it is right; until then the grant remembers, by X's clock, up to which moment the currencies of
-- the account's entities were accepted.

alter table importer.grants add column currencies_accepted_at timestamptz;
