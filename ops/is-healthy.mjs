// Health checks inside our image, which has no curl: `node ops/is-healthy.mjs <url>` fails unless it answers well.
try {
  const { ok } = await fetch(process.argv[2], { signal: AbortSignal.timeout(4000) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
