// Part of `npm run build`: the compiler leaves out what is not TypeScript, and migrations and views are plain SQL.
import { cpSync } from 'node:fs';

for (const folder of ['migrations', 'views']) {
  const path = (name) => new URL(`../${name}/store/${folder}`, import.meta.url);
  cpSync(path('.'), path('dist'), { recursive: true });
}
