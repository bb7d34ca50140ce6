-- Why: X refuses a credential for several reasons, a revoked token, one from before the app's approval, an app that is not
-- approved, an X user that is locked, and each has a cure of its own. Whoever comes after the first refusal asks X no more,
-- so the reason is kept as the stable word and the one step that cures it. Rows from before have neither: a new sign-in
-- cures them.

alter table importer.credentials add column rejected_code text;
alter table importer.credentials add column rejected_next_step text;
alter table importer.notifications add column code text;
alter table importer.notifications add column next_step text;
