package dev.palimpsest.artifacts;

import dev.palimpsest.home.CannotStart;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Underway;
import dev.palimpsest.projects.CurrentProject;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Artifacts lie in the home folder, or in a bucket where one is named. */
@Configuration(proxyBeanMethods = false)
class ArtifactsConfiguration {
    @Bean
    Artifacts artifacts(
            S3Settings settings,
            RetentionSettings retention,
            Named named,
            Underway underway,
            Home home,
            Clock clock) {
        String bucket = settings.bucket();
        if (bucket == null || bucket.isBlank()) return new FolderArtifacts(home);
        try {
            S3Client client = client(settings);
            client.headBucket(asked -> asked.bucket(bucket));
            return new S3Artifacts(
                    new Bucket(
                            client,
                            presigner(settings),
                            settings,
                            retention.orphans().dividedBy(2),
                            clock),
                    settings.presigned(),
                    home,
                    new Copies(
                            home, () -> all(named), settings.cache().toBytes(), underway, clock));
        } catch (SdkException refused) {
            throw new CannotStart(
                    "the bucket %s (palimpsest.artifacts.s3.bucket) cannot be used: %s; make it, or correct the endpoint, the region or the credentials that AWS' tools would find here"
                            .formatted(bucket, refused.getMessage()),
                    refused);
        }
    }

    /** Whoever asks for a file, of all projects. */
    private static List<Named.Folder> all(Named named) {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return named.folders();
        }
    }

    /** The sums are this service's own, so the client need not make others. */
    static S3Client client(S3Settings settings) {
        var client =
                S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .forcePathStyle(settings.pathStyle());
        if (settings.endpoint() != null) client.endpointOverride(settings.endpoint());
        if (settings.region() != null) client.region(Region.of(settings.region()));
        return client.build();
    }

    static S3Presigner presigner(S3Settings settings) {
        var presigner =
                S3Presigner.builder()
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(settings.pathStyle())
                                        .build());
        if (settings.endpoint() != null) presigner.endpointOverride(settings.endpoint());
        if (settings.region() != null) presigner.region(Region.of(settings.region()));
        return presigner.build();
    }
}
