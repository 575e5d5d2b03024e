# docker build -t lookahead .
# docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" lookahead solve problem.yaml
FROM debian:bookworm-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      cmake g++ ninja-build libcli11-dev libeigen3-dev librandom123-dev libspdlog-dev libyaml-cpp-dev \
      nlohmann-json3-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt LICENSE ./
COPY lib lib
COPY cmd cmd
# For any processor: without LOOKAHEAD_NATIVE, with all levels of x86-64.
RUN cmake -G Ninja -B /build -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF \
    && cmake --build /build \
    && cmake --install /build --prefix /opt/lookahead --strip

FROM debian:bookworm-slim
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      libspdlog1.10 libyaml-cpp0.7 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chmod 1777 /data
COPY --from=build /opt/lookahead /usr/local
USER 1000:1000
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/lookahead"]
CMD ["help"]
