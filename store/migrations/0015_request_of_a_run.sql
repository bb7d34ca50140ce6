-- Why: a person who asked for a range wants to see how far it is, and to cancel it, under the name that the answer gave.
-- Takes no time: a column without a default is a change of the catalogue.

alter table importer.import_runs add column request_id text;
alter table importer.import_runs add check (request_id is null or kind = 'manual');
