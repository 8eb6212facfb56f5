package dev.sluice.bench.placement.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final String MOONCAKE = """
            {"timestamp": 1000, "input_length": 1000, "output_length": 64, "hash_ids": [0, 1]}
            {"timestamp": 3000, "input_length": 1100, "output_length": 320, "hash_ids": [0, 1, 2]}
            {"timestamp": 4000, "input_length": 9000, "output_length": 64, "hash_ids": [0, 3]}
            {"timestamp": 5000, "input_length": 512, "output_length": 1, "hash_ids": [4]}
            """;

    @TempDir
    Path folder;

    @Test
    void blocksOfATraceBecomePiecesWithTheirNumbers() throws IOException {
        Plan plan = new TracePlan(1, 0.25, ALL, ALL, 0, ALL).of(trace("t.jsonl", MOONCAKE));
        assertThat(plan.requests().get(0).prompt()).containsExactly(new Piece(0, 128), new Piece(1, 122));
        assertThat(plan.requests().get(1).prompt())
                .containsExactly(new Piece(0, 128), new Piece(1, 128), new Piece(2, 19));
        assertThat(plan.requests().get(1).outputTokens()).isEqualTo(80);
        assertThat(plan.requests().get(3).outputTokens()).isOne();
    }

    @Test
    void aTraceIsPlayedFasterFromItsFirstRequestOn() throws IOException {
        Plan plan = new TracePlan(4, 1, ALL, ALL, 0, ALL).of(trace("t.jsonl", MOONCAKE));
        assertThat(plan.requests())
                .extracting(PlannedRequest::atNanos)
                .containsExactly(0L, 500_000_000L, 750_000_000L, 1_000_000_000L);
        assertThat(plan.seconds()).isEqualTo(1);
    }

    @Test
    void longPromptsAreLeftOutLongAnswersAreCutAndTheFirstArePassedOver() throws IOException {
        Plan plan = new TracePlan(1, 0.5, 1_100, 100, 1, 2).of(trace("t.jsonl", MOONCAKE));
        assertThat(plan.requests()).extracting(PlannedRequest::promptTokens).containsExactly(550, 256);
        assertThat(plan.requests()).extracting(PlannedRequest::outputTokens).containsExactly(50, 1);
        assertThat(plan.requests()).extracting(PlannedRequest::atNanos).containsExactly(0L, 2_000_000_000L);
    }

    @Test
    void promptsOfATraceWithoutBlocksShareNothing() throws IOException {
        Plan plan = new TracePlan(1, 1, ALL, ALL, 0, ALL).of(trace("t.csv", """
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 18:15:46.6805900,374,44
                2023-11-16 18:15:50.9951690,374,109
                """));
        assertThat(plan.requests()).extracting(PlannedRequest::promptTokens).containsExactly(374, 374);
        assertThat(plan.requests().get(0).prompt())
                .doesNotContainAnyElementsOf(plan.requests().get(1).prompt());
    }

    @Test
    void saysWhenNothingIsLeft() {
        assertThatThrownBy(() -> new TracePlan(1, 1, 10, ALL, 0, ALL).of(trace("t.jsonl", MOONCAKE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no request is left to send");
    }

    @Test
    void sharedPrefixesAreTheSameEachTimeAndArriveAtTheirRate() {
        SharedPrefixes shape = new SharedPrefixes(3, 600, 20, 5, 50, 1_000);
        Plan plan = shape.plan();
        assertThat(plan).isEqualTo(shape.plan());
        assertThat(plan.requests().stream()
                        .map(each -> each.prompt().getFirst())
                        .distinct())
                .hasSize(3)
                .allMatch(prefix -> prefix.tokens() == 600);
        assertThat(plan.requests().stream().map(each -> each.prompt().getLast()).distinct())
                .hasSize(1_000);
        assertThat(plan.seconds()).isBetween(18.0, 22.0);
        assertThat(plan.first(2).requests())
                .isEqualTo(List.copyOf(plan.requests().subList(0, 2)));
    }

    private Path trace(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
