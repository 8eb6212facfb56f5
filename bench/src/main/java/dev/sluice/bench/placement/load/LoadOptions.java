package dev.sluice.bench.placement.load;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The part of the command line that says what is sent.
public final class LoadOptions {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int SHAPE_REQUESTS = 1_200;

    /// A load that is drawn.
    public enum Shape {
        SHARED_PREFIXES;

        public static Shape of(String name) {
            if (!name.equals("shared-prefixes")) {
                throw new IllegalArgumentException("no shape is called " + name + "; there is shared-prefixes");
            }
            return SHARED_PREFIXES;
        }
    }

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "A recorded trace: .jsonl in Mooncake's format, where equal block ids become equal text; .csv in"
                            + " Azure's, where no two prompts share anything.")
    private @Nullable Path trace;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "How many times as fast as it was recorded a trace is played (${DEFAULT-VALUE}).")
    private double speed;

    @Option(
            names = "--tokens",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "The factor of a trace's prompts and answers (${DEFAULT-VALUE}).")
    private double tokens;

    @Option(
            names = "--max-prompt",
            paramLabel = "TOKENS",
            description = "Leave out requests whose recorded prompts are longer, before --tokens.")
    private int maxPrompt = ALL;

    @Option(
            names = "--max-output",
            paramLabel = "TOKENS",
            description = "Cut recorded answers that are longer, before --tokens.")
    private int maxOutput = ALL;

    @Option(names = "--skip", paramLabel = "N", description = "Pass over a trace's first requests.")
    private int skip;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "How many are sent in a turn; all of a trace and 1200 of a shape where it is not given.")
    private @Nullable Integer requests;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            description = "A drawn load in place of a trace: shared-prefixes, which arrives at random (Poisson).")
    private @Nullable Shape shape;

    @Option(names = "--groups", defaultValue = "24", description = "Prefixes of shared-prefixes (${DEFAULT-VALUE}).")
    private int groups;

    @Option(names = "--prefix-tokens", defaultValue = "6144", description = "Their length (${DEFAULT-VALUE}).")
    private int prefixTokens;

    @Option(
            names = "--own-tokens",
            defaultValue = "256",
            description = "What a prompt has behind its prefix (${DEFAULT-VALUE}).")
    private int ownTokens;

    @Option(names = "--output-tokens", defaultValue = "32", description = "The answers' length (${DEFAULT-VALUE}).")
    private int outputTokens;

    @Option(names = "--rate", defaultValue = "40", description = "Requests per second (${DEFAULT-VALUE}).")
    private double rate;

    public Plan plan() throws IOException {
        if (trace != null && shape == null) {
            return new TracePlan(speed, tokens, maxPrompt, maxOutput, skip, requests == null ? ALL : requests)
                    .of(trace);
        }
        if (shape != null && trace == null) {
            int count = requests == null ? SHAPE_REQUESTS : requests;
            return new SharedPrefixes(groups, prefixTokens, ownTokens, outputTokens, rate, count).plan();
        }
        throw new IllegalArgumentException("what is sent is either a --trace or a --shape; give one of them");
    }
}
