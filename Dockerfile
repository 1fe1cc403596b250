# The API and the worker in one image: the same code, started with another command.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings Node itself, and Postgres runs beside it: no package needs its install script.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN node node_modules/vite/bin/vite.js build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/engine ./engine
COPY --from=build /app/db ./db
COPY --from=build /app/workflows ./workflows
COPY --from=build /app/api ./api
COPY --from=build /app/local ./local
USER node
EXPOSE 3000
CMD ["node", "api/server.ts"]
