# docker build -t lookahead .
# docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" lookahead solve problem.yaml
# With --build-arg MPI=on it holds mpirun and the plugin for it: docker run --entrypoint mpirun lookahead -np 4 lookahead ...
FROM debian:bookworm-slim AS build
ARG MPI=off
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      cmake g++ ninja-build libcli11-dev libeigen3-dev librandom123-dev libspdlog-dev libyaml-cpp-dev \
      nlohmann-json3-dev zlib1g-dev $([ "$MPI" != on ] || echo libopenmpi-dev) \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt LICENSE ./
COPY lib lib
COPY cmd cmd
# For any processor: without LOOKAHEAD_NATIVE, with all levels of x86-64. Without the schemas: editors run outside the
# image, where the path that init writes for them leads nowhere.
RUN cmake -G Ninja -B /build -DCMAKE_BUILD_TYPE=Release -DLOOKAHEAD_TESTS=OFF -DLOOKAHEAD_BENCH=OFF \
    && cmake --build /build \
    && cmake --install /build --prefix /opt/lookahead --strip \
    && rm -r /opt/lookahead/share/lookahead

FROM debian:bookworm-slim
ARG MPI=off
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      libspdlog1.10 libyaml-cpp0.7 zlib1g $([ "$MPI" != on ] || echo openmpi-bin) \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chmod 1777 /data
COPY --from=build /opt/lookahead /usr/local
USER 1000:1000
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/lookahead"]
CMD ["help"]
