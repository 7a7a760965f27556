# syntax=docker/dockerfile:1
# The image brings its own Node, so the one that the workspace's root depends on stays out of it.

FROM node:26.10.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/
COPY client/package.json client/
COPY dashboard/package.json dashboard/
COPY bench/package.json bench/
COPY capture/package.json capture/
RUN npm ci --omit=dev --workspace server --ignore-scripts

FROM dependencies AS build
RUN npm ci --ignore-scripts
COPY server/build.ts server/
COPY server/src server/src
COPY client/src client/src
RUN node server/build.ts

FROM node:26.10.0-bookworm-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/package-lock.json ./
COPY --from=build /app/server/src server/src
COPY --from=build /app/server/dist server/dist
COPY --from=build /app/client/src client/src
COPY LICENSE ./
COPY server/package.json server/
COPY client/package.json client/
COPY capture/package.json capture/
COPY capture/dist capture/dist
COPY dashboard/package.json dashboard/
COPY dashboard/dist dashboard/dist
COPY server/lists/matomo-LICENSE.txt server/lists/velir-LICENSE.txt server/lists/walkeros-LICENSE.txt server/lists/
# For `npx leadsource`: where the dependencies were installed, the command was not there yet.
RUN mkdir -p node_modules/.bin && ln -sf ../../server/src/cli/leadsource.js node_modules/.bin/leadsource
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATABASE_URL=sqlite:/data/leadsource.db \
    LEADSOURCE_DRAIN_SECONDS=5
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8080) + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/server/src/cli/leadsource.js"]
CMD ["serve"]
