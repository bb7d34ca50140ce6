/* Ranges that move with the day, as the API has them. */
export const PRESETS = [
  'yesterday',
  '7d',
  '14d',
  '30d',
  '90d',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  '12m',
] as const;
export type Preset = (typeof PRESETS)[number];

export const isPreset = (name: string | undefined): name is Preset => PRESETS.includes(name as Preset);
