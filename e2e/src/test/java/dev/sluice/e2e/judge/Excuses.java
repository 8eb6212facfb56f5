package dev.sluice.e2e.judge;

import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The findings that stay, each with its reason: lines of `judge rule object reason`.
final class Excuses {
    static final Path FILE = Checkout.root().resolve("e2e/src/test/resources/judge/excuses.txt");

    private record Excuse(String judge, String rule, String object) {
        static Excuse of(String line) {
            String[] words = line.split(" +", 4);
            if (words.length < 4) {
                throw new IllegalArgumentException("an excuse without a reason: " + line);
            }
            return new Excuse(words[0], words[1], words[2]);
        }

        static Excuse of(Finding finding) {
            return new Excuse(finding.judge(), finding.rule(), finding.object());
        }
    }

    private final List<Excuse> all;
    private final Set<Excuse> used = new HashSet<>();

    Excuses() throws IOException {
        all = Files.readAllLines(FILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Excuse::of)
                .toList();
    }

    boolean covers(Finding finding) {
        Excuse excuse = Excuse.of(finding);
        boolean known = all.contains(excuse);
        if (known) {
            used.add(excuse);
        }
        return known;
    }

    /// The excuses for which there was nothing to excuse.
    List<String> unused() {
        return all.stream()
                .filter(excuse -> !used.contains(excuse))
                .map(Excuse::toString)
                .toList();
    }
}
