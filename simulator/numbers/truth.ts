import { dayText, type Days } from '../zone-days.js';
import { addMeasuredDay, type Measured } from './measured.js';
import { GROUPS, hasNumbers, metricsOf, PLACEMENTS, SLOTS, type Level } from './metrics.js';

interface NamedSlot {
  readonly name: string;
  readonly slot: number;
}

/** Every number that a level can have; keys of conversions as in `conversion_purchases.order_quantity_view`. */
const namedSlots = (level: Level): NamedSlot[] =>
  GROUPS.filter((group) => hasNumbers(level, group))
    .flatMap((group) => [...metricsOf(level, group)])
    .flatMap(({ name, keys, slot }) =>
      keys === null ? [{ name, slot }] : keys.map((key, index) => ({ name: `${name}.${key}`, slot: slot + index })),
    );

const everything = { low: 0, high: SLOTS };

/**
 * What the API would answer at `observed` (epoch seconds): one line of JSON per entity, day and placement with a
 * number. Both days are inclusive.
 */
export function* truthLines(
  entities: Iterable<Measured>,
  days: Days,
  placements: readonly number[],
  from: number,
  to: number,
  observed: number,
): Generator<string> {
  const scratch = new Float64Array(SLOTS);
  const names = new Map<Level, NamedSlot[]>();
  for (const entity of entities) {
    const slots = names.get(entity.level) ?? namedSlots(entity.level);
    names.set(entity.level, slots);
    for (let day = from; day <= to && days.start(day) < observed; day += 1) {
      for (const placement of placements) {
        scratch.fill(0);
        const start = days.start(day);
        const end = days.end(day);
        addMeasuredDay(entity, days, day, placement, observed, start, end, everything, scratch);
        const fields = slots.filter(({ slot }) => scratch[slot] !== 0);
        if (fields.length === 0) continue;
        const metrics = fields.map(({ name, slot }) => `"${name}":${scratch[slot] ?? 0}`).join(',');
        yield `{"id":"${entity.id}","level":"${entity.level}","day":"${dayText(day)}","placement":"${PLACEMENTS[placement] ?? ''}","metrics":{${metrics}}}\n`;
      }
    }
  }
}
