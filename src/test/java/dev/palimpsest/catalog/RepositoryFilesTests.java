package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class RepositoryFilesTests {
    private static final List<String> NAMES =
            List.of(
                    "README.md",
                    "data/train-00001-of-00002.parquet",
                    "data/train-00000-of-00002.parquet",
                    "data/test-00000-of-00001.parquet",
                    "data/old/train-00000.parquet",
                    "train.jsonl");

    @Test
    void aStarStandsForAnyPartOfANameAndMatchesComeInOrder() {
        assertThat(matching("data/train-*.parquet"))
                .containsExactly(
                        "data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet");
        assertThat(matching("data/*-00000-*.parquet"))
                .containsExactly(
                        "data/test-00000-of-00001.parquet", "data/train-00000-of-00002.parquet");
        assertThat(matching("*")).containsExactly("README.md", "train.jsonl");
        assertThat(matching("train*.jsonl")).containsExactly("train.jsonl"); // of nothing too
    }

    @Test
    void aStarDoesNotCrossAFolder() {
        assertThat(matching("data/*train-*"))
                .doesNotContain("data/old/train-00000.parquet")
                .hasSize(2);
        assertThat(matching("data/*/train-*")).containsExactly("data/old/train-00000.parquet");
        assertThat(matching("data/**.parquet")).doesNotContain("data/old/train-00000.parquet");
        assertThat(matching("*.parquet")).isEmpty();
    }

    @Test
    void whatIsNoStarStandsForItself() {
        assertThat(matching("data/train-.*")).isEmpty();
        assertThat(matching("train.jsonl*x")).isEmpty();
        assertThat(RepositoryFiles.matching(List.of("a+b", "aab"), "a+*")).containsExactly("a+b");
    }

    @Test
    void manyStarsTakeNoLonger() {
        String pattern = "a*".repeat(500) + "b";
        List<String> names = List.of("a".repeat(1000));

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(RepositoryFiles.matching(names, pattern)).isEmpty());
    }

    @Test
    void theNearestNamesComeFirst() {
        assertThat(RepositoryFiles.nearest(NAMES, "data/training-*.parquet"))
                .startsWith(
                        "data/train-00001-of-00002.parquet", "data/train-00000-of-00002.parquet")
                .endsWith("README.md", "train.jsonl");
    }

    private static List<String> matching(String pattern) {
        return RepositoryFiles.matching(NAMES, pattern);
    }
}
