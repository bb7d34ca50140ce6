/** A queue that gives the least item first: adding and taking cost the logarithm of its length. */
export class Heap<T> {
  private readonly items: T[];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number, items: readonly T[] = []) {
    this.compare = compare;
    // A sorted list is a heap.
    this.items = items.toSorted(compare);
  }

  /** The least item; `undefined` when the heap is empty. */
  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || this.compare(parent, item) <= 0) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the least item out. */
  pop(): T | undefined {
    const { items } = this;
    const [least] = items;
    const moved = items.pop();
    if (moved === undefined || items.length === 0) return least;
    let at = 0;
    for (;;) {
      const [left, right] = [items[2 * at + 1], items[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && this.compare(right, left) < 0;
      const below = isRight ? right : left;
      if (this.compare(moved, below) <= 0) break;
      items[at] = below;
      at = 2 * at + (isRight ? 2 : 1);
    }
    items[at] = moved;
    return least;
  }
}
