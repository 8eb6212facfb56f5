package dev.sluice.picker.choice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Test vectors: replicas of different versions rely on each of these values.
class HashingTest {
    /// The first outputs of SplitMix64 for the seed 0, as published with it.
    @Test
    void mixesAsSplitMix64Does() {
        long[] outputs = {0xE220A8397B1DCDAFL, 0x6E789E6AA1B965F4L, 0x06C45D188009454FL};
        long state = 0;
        for (long output : outputs) {
            state += Hashing.GOLDEN;
            assertThat(Hashing.mix(state)).isEqualTo(output);
        }
        assertThat(Hashing.mix(0)).isZero();
    }

    /// The vectors of FNV's authors.
    @Test
    void hashesTextAsFnv1aDoes() {
        assertThat(Hashing.text("")).isEqualTo(0xCBF29CE484222325L);
        assertThat(Hashing.text("a")).isEqualTo(0xAF63DC4C8601EC8CL);
        assertThat(Hashing.text("foobar")).isEqualTo(0x85944171F73967E8L);
    }

    @Test
    void goesOnFromAnotherStart() {
        assertThat(Hashing.text(Hashing.text("foo"), "bar")).isEqualTo(Hashing.text("foobar"));
    }

    @Test
    void spreadsHashCodesOverSlots() {
        assertThat(Hashing.slot(0, 10)).isZero();
        assertThat(Hashing.slot(1, 10)).isEqualTo(632);
        assertThat(Hashing.slot(2, 10)).isEqualTo(241);
        assertThat(Hashing.slot(-1, 12)).isEqualTo(1564);
    }

    @Test
    void drawsUnitNumbers() {
        assertThat(Hashing.unit(0, 0)).isZero();
        assertThat(Hashing.unit(0, 1)).isEqualTo(14819496 * 0x1.0p-24f);
        assertThat(Hashing.unit(7, 3)).isEqualTo(15216959 * 0x1.0p-24f);
    }

    @Test
    void prefersByKeyAndIdentity() {
        assertThat(Rendezvous.preference(5, Hashing.text("10.0.0.1:8000"))).isEqualTo(0xF035C639D1AC8363L);
    }
}
