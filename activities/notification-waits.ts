/** Nothing is wrong: the message is still gathered, or another worker is sending it. */
export class NotificationWaits extends Error {
  override readonly name = 'NotificationWaits' as const;
  readonly seconds: number;

  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}
