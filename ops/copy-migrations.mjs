// Part of `npm run build`: the compiler leaves out what is not TypeScript, and migrations are plain SQL.
import { cpSync } from 'node:fs';

const path = (name) => new URL(`../${name}/store/migrations`, import.meta.url);
cpSync(path('.'), path('dist'), { recursive: true });
