/** What a postponed activity waits for: the failure type that people see beside a pending activity. */
export type PostponedFor =
  | 'FairShare'
  | 'JobSlots'
  | 'JobsProcessing'
  | 'FilesNotReady'
  | 'LostCreates'
  | 'AnotherRun'
  | 'NotificationWait';

/**
 * The activity has nothing to do yet and runs again after `seconds`. Nothing failed: it stays pending without using history
 * or a worker's slot, and the Temporal UI shows why and until when.
 */
export class Postponed extends Error {
  override readonly name = 'Postponed' as const;
  readonly for: PostponedFor;
  readonly seconds: number;

  constructor(postponedFor: PostponedFor, message: string, seconds: number) {
    super(message);
    this.for = postponedFor;
    this.seconds = seconds;
  }
}
