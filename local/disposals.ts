/** What has to be undone at the end, last first. */
export class Disposals implements AsyncDisposable {
  readonly #pending: (() => unknown)[] = [];

  add(undo: () => unknown): void {
    this.#pending.push(undo);
  }

  /**
   * Undoes everything that was added since the last call, also what comes after a step that failed.
   * @throws the first failure
   */
  async dispose(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#pending.pop(); undo !== undefined; undo = this.#pending.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** The result of a task that adds to these. When the task fails, everything is undone, and its own error is thrown. */
  async guard<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      await this.dispose().catch(() => undefined);
      throw error;
    }
  }
}
