-- Why: whoever pauses a connection says why, and whoever wonders weeks later why nothing moves must find it.
-- Takes no time: a column without a default is a change of the catalogue, and there are few connections to check.

alter table importer.connections add column pause_note text;
alter table importer.connections add check (pause_note is null or phase = 'paused');
