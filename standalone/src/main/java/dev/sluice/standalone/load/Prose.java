package dev.sluice.standalone.load;

import java.util.List;
import java.util.random.RandomGenerator;

/// Text that means nothing, of a given length, in words as long as English ones.
final class Prose {
    private static final int BYTES_PER_TOKEN = 4;
    private static final List<String> SYLLABLES = List.of(
            "an", "ber", "cal", "dor", "en", "fil", "gar", "hol", "in", "jo", "kel", "lum", "mar", "nes", "or", "pra",
            "qui", "ras", "sol", "tem", "un", "ver", "wil", "xe", "yor", "zan");

    private Prose() {}

    static String of(int tokens, RandomGenerator random) {
        int bytes = tokens * BYTES_PER_TOKEN;
        StringBuilder text = new StringBuilder(bytes + 16);
        while (text.length() < bytes) {
            for (int syllables = random.nextInt(1, 4); syllables > 0; syllables--) {
                text.append(SYLLABLES.get(random.nextInt(SYLLABLES.size())));
            }
            text.append(' ');
        }
        text.setLength(bytes);
        return text.toString();
    }
}
