# One image for both roles: PALIMPSEST_ROLE=api or worker (docker-compose.yml and helm/ set it).
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /source
COPY pom.xml ./
COPY db db
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -q -B package -Dmaven.test.skip=true
RUN java -Djarmode=tools -jar target/palimpsest-*.jar extract --layers --destination /layers \
    && mv /layers/application/palimpsest-*.jar /layers/application/palimpsest.jar
# libtorch and the tokenizers unpack themselves at their first use: here, as the root file system is read-only later
COPY src/docker src/docker
RUN DJL_CACHE_DIR=/engine java --enable-native-access=ALL-UNNAMED -cp '/layers/dependencies/lib/*' src/docker/UnpackEngine.java \
    && chmod -R a+rX /engine

FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 palimpsest \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/palimpsest palimpsest \
    && install -d -o 10001 -g 10001 /var/lib/palimpsest
WORKDIR /opt/palimpsest
COPY --from=build /engine engine
COPY --from=build /layers/dependencies ./
COPY --from=build /layers/application ./
ENV DJL_CACHE_DIR=/opt/palimpsest/engine \
    PALIMPSEST_HOME=/var/lib/palimpsest \
    SERVER_ADDRESS=0.0.0.0
USER 10001:10001
VOLUME /var/lib/palimpsest
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["java", "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "palimpsest.jar"]
