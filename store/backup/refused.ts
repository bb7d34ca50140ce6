/** Why a backup is not restored; nothing has been changed. */
export type WhyRefused = 'no_backup' | 'damaged' | 'another_schema' | 'not_empty' | 'in_use';

const SENTENCES: Readonly<Record<WhyRefused, string>> = {
  no_backup: 'The file is no backup of the importer.',
  damaged: 'The file is damaged, or was cut off.',
  another_schema:
    'The backup was made with another version of the schema; restore it with the version that made it, then migrate.',
  not_empty: 'The database is not empty; restore into one that is new and migrated.',
  in_use: 'Somebody uses the database; stop the workers first.',
};

export class BackupRefused extends Error {
  override readonly name = 'BackupRefused' as const;
  readonly why: WhyRefused;

  constructor(why: WhyRefused, detail?: string, cause?: unknown) {
    const message = `${SENTENCES[why]}${detail === undefined ? '' : ` (${detail})`} Nothing was changed.`;
    super(message, cause === undefined ? undefined : { cause });
    this.why = why;
  }
}
