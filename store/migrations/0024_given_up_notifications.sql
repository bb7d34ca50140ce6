-- Why: a message that one channel does not take was forgotten after a day and still counted as unsent, and nobody could see
-- what the trouble was. So each channel says when it was tried and why it failed, and giving up is written down. What was
-- healed before anybody was told is told to nobody.

alter table importer.notification_messages
  add column webhook_tried_at timestamptz,
  add column webhook_trouble text,
  add column email_tried_at timestamptz,
  add column email_trouble text,
  -- A day has passed, and not every channel that was configured has it.
  add column given_up_at timestamptz,
  add column given_up_reason text,
  add check ((given_up_at is null) = (given_up_reason is null)),
  add check (given_up_at is null or settled_at is not null);

-- The credential was healed, or its last connection ended, before every channel had it.
alter table importer.notifications add column withdrawn_at timestamptz;
