package dev.sluice.picker.signals.kvevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.PromptTokens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Batches that the engines' own encoder wrote (msgspec, `kv-events/encode.py`): as maps, as arrays, and as SGLang has
/// them.
class KvEventDecoderTest {
    private final PoolSnapshot pool = Fixtures.pool(PolicyKind.COST, Fixtures.H100);
    private final ExactPrefixIndex index = new ExactPrefixIndex(100);
    private final EngineBlocks blocks = index.follow(pool.endpoint(0));

    @ParameterizedTest
    @ValueSource(strings = {"maps", "arrays"})
    void vllmsBatches(String encoding) throws IOException {
        KvEventDecoder.Batch batch = KvEventDecoder.decode(read(encoding));
        assertThat(batch.seconds()).isEqualTo(1789095808.5);
        List<KvEvent> events = batch.events();
        assertThat(events).hasSize(8);
        blocks.publish(EngineBlocks.Coverage.COMPLETE);

        store(events.get(0));
        store(events.get(1));
        assertThat(held("salt", null, 1, 2, 3, 4, 128_000, 70_000, 7, 8, 0)).isEqualTo(8);
        assertThat(held(null, null, 1, 2, 3, 4, 128_000, 70_000, 7, 8, 0)).isZero();
        assertThat(held("salt", null, 1, 2, 3, 4, 128_000, 70_000, 7, 8, 9, 10, 11, 12, 0))
                .isEqualTo(12);
        assertThat(blocks.blocks()).isEqualTo(3);

        assertThat(events.get(2)).isInstanceOfSatisfying(KvEvent.Stored.class, sliding -> {
            assertThat(sliding.group()).isEqualTo(1);
            assertThat(sliding.wholePrefix()).isFalse();
        });
        assertThat(events.get(3)).isInstanceOf(KvEvent.Ignored.class);
        assertThat(events.get(4)).isInstanceOfSatisfying(KvEvent.Removed.class, removed -> {
            assertThat(removed.group).isZero();
            // The last eight bytes of the digest 00 01 … 1f.
            assertThat(removed.hashes).containsExactly(2, 0x18191a1b1c1d1e1fL);
            Arrays.stream(removed.hashes).forEach(blocks::remove);
        });
        assertThat(blocks.blocks()).isEqualTo(1);
        assertThat(events.get(6)).isInstanceOf(KvEvent.Ignored.class);
        assertThat(events.get(7)).isInstanceOf(KvEvent.Cleared.class);
    }

    @Test
    void sglangsBatches() throws IOException {
        List<KvEvent> events = KvEventDecoder.decode(read("sglang")).events();
        blocks.publish(EngineBlocks.Coverage.COMPLETE);
        store(events.getFirst());
        assertThat(held(null, null, 5, 6, 7)).isEqualTo(2);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        KvEvent.Removed.class,
                        removed -> assertThat(removed.hashes).containsExactly(4));
    }

    @Test
    void whatIsCutOrRandomIsRefused() throws IOException {
        byte[] whole = read("maps");
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> KvEventDecoder.decode(cut));
        }
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            byte[] noisy = whole.clone();
            noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
            try {
                KvEventDecoder.decode(noisy);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageStartingWith("no batch of KV events");
            }
        }
    }

    /// SGLang 0.5.23 writes maps, with the salt in a field of its own.
    @Test
    void sglangsSaltKeepsItsBlocksApart() throws IOException {
        List<KvEvent> events = KvEventDecoder.decode(read("sglang-0.5.23-salt")).events();
        blocks.publish(EngineBlocks.Coverage.COMPLETE);
        store(events.getFirst());
        int[] tokens = {
            3283, 1045, 1344, 818, 995, 801, 3379, 3858, 481, 1207, 1960, 3913, 2295, 2514, 984, 605, 2286, 2593, 2717,
            2060, 19, 3496, 1156, 126, 3431, 3930, 2046, 717, 3255, 3341, 793, 2087, 0
        };
        assertThat(held("s1", null, tokens)).isEqualTo(32);
        assertThat(held(null, null, tokens)).isZero();
        assertThat(held("s2", null, tokens)).isZero();
    }

    private void store(KvEvent event) {
        assertThat(event).isInstanceOfSatisfying(KvEvent.Stored.class, stored -> {
            assertThat(stored.wholePrefix()).isTrue();
            assertThat(blocks.store(stored.blocks())).isEqualTo(stored.blocks().count());
        });
    }

    private int held(String salt, String adapter, int... tokens) {
        PrefixHits hits = new PrefixHits();
        new PrefixIndex(8).match(PromptPrefix.EMPTY, 0, pool, hits);
        new TokenizedPrefixes(index)
                .match(
                        new TokenizedPrefixes.TokenizedPrompt(PromptPrefix.EMPTY, 0, adapter, salt),
                        new PromptTokens(tokens),
                        pool,
                        hits);
        return hits.knownTokens(0);
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream hex = KvEventDecoderTest.class.getResourceAsStream("/kv-events/" + name + ".hex")) {
            return HexFormat.of().parseHex(new String(hex.readAllBytes(), StandardCharsets.US_ASCII).replace("\n", ""));
        }
    }
}
