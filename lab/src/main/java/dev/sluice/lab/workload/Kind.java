package dev.sluice.lab.workload;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A kind of request in a mix.
///
/// @param name by which its figures are shown for themselves; none when null
/// @param tenants who send them, each an equal part; 0 when nobody counts
/// @param priority of its priority class; below 0 these requests may be shed
/// @param slo its own objectives; null for the workload's
/// @param share how many there are, in proportion to the other kinds' shares
/// @param system a prefix that requests share, or null
/// @param prompt tokens after the prefix
/// @param output tokens of the answer
/// @param bytesPerToken of its prompts; 0 for that of English
/// @param limited whether clients set the answer's length as the limit
/// @param turns requests of one session, each with all before it as its prefix
/// @param gapSeconds mean time between the turns of a session
/// @param adapters LoRA adapters, each for an equal part of these requests; 0 for the base model
/// @param adapterPrefix what their names begin with
public record Kind(
        @Nullable String name,
        int tenants,
        int priority,
        @Nullable Slo slo,
        double share,
        @Nullable SharedPrefix system,
        Length prompt,
        Length output,
        double bytesPerToken,
        boolean limited,
        int turns,
        double gapSeconds,
        int adapters,
        @Nullable String adapterPrefix) {
    public Kind {
        share = share == 0 ? 1 : share;
        turns = Math.max(1, turns);
        bytesPerToken = bytesPerToken == 0 ? Segment.BYTES_PER_TOKEN : bytesPerToken;
        if (prompt == null || output == null) {
            throw new IllegalArgumentException("a kind of request needs prompt and output");
        }
    }

    String named() {
        return name == null ? "" : name;
    }

    /// The adapters that these requests ask for.
    Stream<String> adapterNames() {
        return IntStream.range(0, adapters).mapToObj(this::adapter);
    }

    String adapter(int index) {
        return adapterPrefix + "-" + index;
    }

    /// A prefix that a group of requests shares.
    ///
    /// @param groups how many prefixes there are, all equally popular
    /// @param users askers per group whose question is always the same; 0 when each question is new
    /// @param inTurn whether users ask in one shuffled order, anew with each stage, not at random
    public record SharedPrefix(int groups, int tokens, int users, boolean inTurn) {
        public SharedPrefix {
            groups = Math.max(1, groups);
            if (inTurn && users == 0) {
                throw new IllegalArgumentException("only users can ask in turn");
            }
        }
    }
}
