/** What an activity waits for: the failure type that people read beside a pending activity. */
export type WaitingFor = 'Turn' | 'JobSlots' | 'JobsProcessing' | 'FilesNotReady' | 'NotificationWait';

/**
 * Nothing is wrong: what the activity waits for has not come yet, and it looks again after a while. Waiting like this costs
 * no history and no worker's slot, and the Temporal UI shows why and until when.
 */
export class Waiting extends Error {
  override readonly name = 'Waiting' as const;
  readonly for: WaitingFor;
  readonly seconds: number;

  constructor(waitingFor: WaitingFor, message: string, seconds: number) {
    super(message);
    this.for = waitingFor;
    this.seconds = seconds;
  }
}
