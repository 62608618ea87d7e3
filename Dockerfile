# One image for both roles: PALIMPSEST_ROLE=api or worker (docker-compose.yml and helm/ set it); with the argument migrate it brings
# the database up to date and ends.
# docker build --target gpu: the same with a libtorch for NVIDIA GPUs, which also runs where there is none.
FROM maven:3.9.16-eclipse-temurin-25-noble AS build
WORKDIR /source
COPY pom.xml ./
COPY db db
COPY src/main src/main
RUN --mount=type=cache,target=/maven mvn -q -B package -Dmaven.repo.local=/maven -Dmaven.test.skip=true
RUN java -Djarmode=tools -jar target/palimpsest-*.jar extract --layers --destination /layers \
    && mv /layers/application/palimpsest-*.jar /layers/application/palimpsest.jar
# libtorch and the tokenizers unpack themselves at their first use: here, as the root file system is read-only later
COPY src/docker src/docker
RUN DJL_CACHE_DIR=/engine java --enable-native-access=ALL-UNNAMED -cp '/layers/dependencies/lib/*' src/docker/UnpackEngine.java \
    && chmod -R a+rX /engine

FROM eclipse-temurin:25.0.3_9-jre-noble AS runtime
RUN groupadd --gid 10001 palimpsest \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/palimpsest palimpsest \
    && install -d -o 10001 -g 10001 /var/lib/palimpsest
WORKDIR /opt/palimpsest
ENV DJL_CACHE_DIR=/opt/palimpsest/engine \
    PALIMPSEST_HOME=/var/lib/palimpsest \
    SERVER_ADDRESS=0.0.0.0
USER 10001:10001
VOLUME /var/lib/palimpsest
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200'"]

# pip's libtorch 2.7.1 is built for CUDA 12.6; DJL calls its bindings for CUDA cu128. Its libraries find NVIDIA's by relative paths, so the layout is pip's.
FROM python:3.11.14-slim-bookworm AS cuda
RUN pip install --no-cache-dir --no-deps --target /cuda torch==2.7.1 nvidia-cuda-runtime-cu12==12.6.77 nvidia-cuda-nvrtc-cu12==12.6.77 \
    nvidia-cuda-cupti-cu12==12.6.80 nvidia-cudnn-cu12==9.5.1.17 nvidia-cublas-cu12==12.6.4.1 nvidia-cufft-cu12==11.3.0.4 \
    nvidia-curand-cu12==10.3.7.77 nvidia-cusolver-cu12==11.7.1.2 nvidia-cusparse-cu12==12.5.4.2 nvidia-cusparselt-cu12==0.6.3 \
    nvidia-nccl-cu12==2.26.2 nvidia-nvtx-cu12==12.6.77 nvidia-nvjitlink-cu12==12.6.85 nvidia-cufile-cu12==1.11.1.6

# the bindings where DJL would unpack them, and no second libtorch
FROM build AS bindings
WORKDIR /bindings
RUN jar xf /layers/dependencies/lib/pytorch-jni-2.7.1-*.jar jnilib/linux-x86_64 \
    && jni=$(basename /layers/dependencies/lib/pytorch-jni-2.7.1-*.jar .jar) \
    && for flavor in cpu cu128; do \
        install -D "jnilib/linux-x86_64/$flavor/libdjl_torch.so" "/gpu-engine/pytorch/2.7.1-$flavor-linux-x86_64/${jni##*-}-libdjl_torch.so"; \
    done \
    && cp -r /engine/tokenizers /gpu-engine/ \
    && rm /layers/dependencies/lib/pytorch-native-cpu-*.jar

FROM runtime AS gpu
COPY --from=cuda /cuda/torch/lib /opt/cuda/torch/lib
COPY --from=cuda /cuda/nvidia /opt/cuda/nvidia
COPY --from=cuda /cuda/cusparselt /opt/cuda/cusparselt
COPY --from=bindings /gpu-engine engine
COPY --from=bindings /layers/dependencies ./
COPY --from=build /layers/application ./
COPY src/docker/with-libtorch.sh /usr/local/bin/with-libtorch
ENV PYTORCH_LIBRARY_PATH=/opt/cuda/torch/lib \
    PYTORCH_VERSION=2.7.1 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
# what a sandbox of generated programs loads at each start, linked (Java keeps it for these very jars)
USER 0:0
RUN XDG_CACHE_HOME=/tmp/linking java -XX:AOTCacheOutput=/opt/palimpsest/sandbox.aot -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -jar /opt/palimpsest/palimpsest.jar sandbox < /dev/null && rm -rf /tmp/linking
USER 10001:10001
ENTRYPOINT ["with-libtorch", "java", "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "palimpsest.jar"]

FROM runtime
COPY --from=build /engine engine
COPY --from=build /layers/dependencies ./
COPY --from=build /layers/application ./
# what a sandbox of generated programs loads at each start, linked (Java keeps it for these very jars)
USER 0:0
RUN XDG_CACHE_HOME=/tmp/linking java -XX:AOTCacheOutput=/opt/palimpsest/sandbox.aot -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -jar /opt/palimpsest/palimpsest.jar sandbox < /dev/null && rm -rf /tmp/linking
USER 10001:10001
ENTRYPOINT ["java", "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "palimpsest.jar"]
