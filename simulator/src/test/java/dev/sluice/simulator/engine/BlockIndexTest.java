package dev.sluice.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BlockIndexTest {

    @Test
    void behavesLikeAMapUnderCollisions() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        BlockIndex index = new BlockIndex(64);
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            // Few low bits, so that runs grow long and wrap around.
            long hash = random.nextInt(1, 17) | (long) random.nextInt(4) << 8;
            if (random.nextBoolean() && expected.size() < 64) {
                assertThat(index.putIfAbsent(hash, i)).isEqualTo(expected.putIfAbsent(hash, i) == null);
            } else {
                index.remove(hash);
                expected.remove(hash);
            }
            long probe = random.nextInt(1, 17) | (long) random.nextInt(4) << 8;
            assertThat(index.get(probe)).isEqualTo(expected.getOrDefault(probe, BlockIndex.NONE));
        }
    }
}
