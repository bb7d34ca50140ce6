# One image for the worker, the migrations, the command line and the simulator. Debian, because Temporal's native
# library needs glibc.
FROM node:22.21.1-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# The package holds Temporal's native bridge for five platforms; this image is for one.
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:22.21.1-bookworm-slim
# XADS_PLACE: next steps name commands as they are typed beside docker-compose.yml.
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps XADS_PLACE=compose
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY ops/is-healthy.mjs ops/
USER node
STOPSIGNAL SIGTERM
CMD ["node", "dist/worker/main.js"]
