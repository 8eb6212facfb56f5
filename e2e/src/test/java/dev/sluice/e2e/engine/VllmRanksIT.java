package dev.sluice.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A vLLM of two data-parallel ranks behind one port.
@Tag("real")
@Tag("neighbours")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VllmRanksIT {
    private static final int RANKS = 2;
    private static final Pattern CACHE_TOKENS = Pattern.compile("kv_cache_size_tokens=\"(\\d+)\"");

    @RegisterExtension
    static final EngineStack STACK = EngineStack.of(EngineKind.VLLM, List.of(List.of("--data-parallel-size=" + RANKS)));

    /// Each rank prints the blocks of all.
    @Test
    void theCachesOfTheRanksAreCountedOnce() {
        List<Long> ofEachRank = CACHE_TOKENS
                .matcher(STACK.engine(0).http().get("/metrics").body())
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
        assertThat(ofEachRank).hasSize(RANKS);
        assertThat(STACK.seen(0).path("signals").path("kvCapacityTokens").asLong())
                .isEqualTo(ofEachRank.stream().mapToLong(Long::longValue).sum());
    }
}
