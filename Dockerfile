# syntax=docker/dockerfile:1@sha256:87999aa3d42bdc6bea60565083ee17e86d1f3339802f543c0d03998580f9cb89
#
#   docker build -t anilist-trakt-sync .
#   docker run -p 127.0.0.1:3000:3000 -v anilist-trakt-sync:/data -e APP_TOKEN=… --env-file .env anilist-trakt-sync
#
# A container has to listen beyond its own loopback, and the service refuses that without APP_TOKEN
# (or ALLOW_UNAUTHENTICATED=1, where something in front keeps strangers out). See docs/DEPLOY.md.

FROM rust:1.95-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082 AS build
WORKDIR /src
ENV CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never

# The dependencies alone, built against empty sources: this layer is made again only when they change.
COPY crates/allocator crates/allocator
COPY crates/connectors/Cargo.toml crates/connectors/
COPY crates/core/Cargo.toml crates/core/
COPY crates/demo/Cargo.toml crates/demo/
COPY crates/store/Cargo.toml crates/store/
COPY verify/Cargo.toml verify/
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src verify/src benches/service && for crate in connectors core demo store; do \
      mkdir crates/$crate/src && touch crates/$crate/src/lib.rs; done \
 && echo 'fn main() {}' | tee src/main.rs > verify/src/main.rs \
 && touch src/lib.rs benches/placement.rs benches/datasets.rs benches/library.rs benches/merging.rs benches/service/main.rs \
 && cargo build --profile dist --locked --bin anilist-trakt-sync

# Touched, because a checkout's times may be older than the empty build above.
COPY . .
RUN touch src/lib.rs src/main.rs crates/*/src/lib.rs \
 && cargo build --profile dist --locked --bin anilist-trakt-sync \
 && mkdir /data

# Has glibc, the CA certificates and a user without rights (65532), and no shell.
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
COPY --from=build /src/target/dist/anilist-trakt-sync /usr/local/bin/anilist-trakt-sync
COPY --from=build --chown=nonroot:nonroot /data /data
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Asks /healthz on loopback from inside the container; there is no shell or curl to do it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/anilist-trakt-sync", "health"]
ENTRYPOINT ["/usr/local/bin/anilist-trakt-sync"]
