package dev.palimpsest.artifacts;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where artifacts lie if not in the home folder. Credentials are found as AWS' own tools find them
 * and stand nowhere here.
 *
 * @param endpoint of a server that is not AWS'
 * @param prefix put before each key, if the bucket is shared
 * @param pathStyle whether the bucket's name is part of the path and not of the host
 * @param presigned whether downloads are redirected to the bucket
 * @param cache how many bytes of copies the home folder keeps
 * @param partSize of what is larger, how much is sent at a time
 */
@ConfigurationProperties("palimpsest.artifacts.s3")
record S3Settings(
        @Nullable String bucket,
        @Nullable URI endpoint,
        @Nullable String region,
        @DefaultValue("") String prefix,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("false") boolean presigned,
        @DefaultValue("100GB") DataSize cache,
        @DefaultValue("16MB") DataSize partSize) {}
