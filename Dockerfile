# SPDX-License-Identifier: Apache-2.0
#
# The image of vigie for docker-compose.yml: one static program, certificates of authorities, and nothing else; no shell. Built
# with the tag noengine: calling the embedded ClickHouse needs a dynamic linker, and beside a server nobody needs it.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -tags noengine -trimpath -ldflags "-X main.version=$VERSION" -o /out/vigie ./cmd/vigie
# Volumes begin as copies of these, so that the program may write to them.
RUN mkdir -p /out/accounts /out/boards/dashboards /out/boards/provisioning /out/state

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/vigie /vigie
COPY --from=build --chown=65532:65532 /out/accounts /accounts
COPY --from=build --chown=65532:65532 /out/boards /boards
COPY --from=build --chown=65532:65532 /out/state /state
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/vigie"]
