package dev.palimpsest.web;

import java.nio.file.Path;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers files and archives, whole or in ranges, each under an ETag that tells its bytes. */
public final class Download {
    private static final MediaType TAR = MediaType.parseMediaType("application/x-tar");

    private Download() {}

    public static ResponseEntity<Resource> of(Path file, String sha256) {
        String name = file.getFileName().toString();
        return headed(name, sha256, type(name)).body(new FileSystemResource(file));
    }

    /** To a HEAD without reading what it would answer. */
    public static ResponseEntity<Resource> of(TarArchive archive, HttpMethod method) {
        ResponseEntity.BodyBuilder answer = headed(archive.getFilename(), archive.sha256(), TAR);
        if (!method.equals(HttpMethod.HEAD)) return answer.body(archive);
        return answer.header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .contentLength(archive.contentLength())
                .build();
    }

    private static ResponseEntity.BodyBuilder headed(String name, String sum, MediaType type) {
        return ResponseEntity.ok()
                .eTag("\"" + sum + "\"")
                .contentType(type)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment().filename(name).build().toString());
    }

    private static MediaType type(String name) {
        if (name.endsWith(".json")) return MediaType.APPLICATION_JSON;
        if (name.endsWith(".md") || name.endsWith(".txt")) return MediaType.TEXT_PLAIN;
        return MediaType.APPLICATION_OCTET_STREAM;
    }
}
