# The hub as an image, compiled once.
FROM node:20-bookworm-slim
WORKDIR /qiao
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY main.ts parts.ts ledger.ts delivery.ts tsconfig.json ./
COPY core core
COPY adapters adapters
COPY queues queues
COPY certs certs
COPY telemetry telemetry
COPY cli cli
COPY scripts/build.mjs scripts/build.mjs
RUN node scripts/build.mjs build
COPY mappings mappings
RUN mkdir -p /data && chown node:node /data
USER node
ENV QIAO_HOST=0.0.0.0 QIAO_DATA=/data
VOLUME /data
EXPOSE 8700
HEALTHCHECK --interval=10s --start-period=20s CMD node -e "fetch('http://127.0.0.1:8700/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "--enable-source-maps", "build/cli/main.mjs", "start"]
