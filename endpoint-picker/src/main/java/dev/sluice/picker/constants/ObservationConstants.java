package dev.sluice.picker.constants;

/// The constants of what texts and engines' totals teach: tokens of a text, and spans of counters.
public final class ObservationConstants {
    @CostConstant(
            meaning = "bytes of a prompt's text for each token, before an engine reported usage",
            unit = "bytes",
            kind = ConstantKind.PUBLISHED,
            source = "usual for English text",
            least = 1,
            most = 16)
    public static final double BYTES_PER_TOKEN = 4.0;

    @CostConstant(
            meaning = "length of an answer, before one was seen",
            unit = "tokens",
            kind = ConstantKind.HUMAN,
            source = "the mean answer of a chat service",
            least = 1,
            most = 100000)
    public static final double ANSWER_TOKENS = 200;

    @CostConstant(
            meaning = "bytes of generated text for each token at most, where an engine packs several into one event",
            unit = "bytes",
            kind = ConstantKind.HUMAN,
            source = "generated text has 4 to 5, escapes included",
            least = 4,
            most = 32)
    public static final long MOST_ANSWER_BYTES_PER_TOKEN = 8;

    @CostConstant(
            meaning = "share by which one report moves an estimate",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "a memory of twenty reports",
            least = 0.001,
            most = 1)
    public static final double LEARNING_SHARE = 0.05;

    @CostConstant(
            meaning = "bytes per token that are believed at least",
            unit = "bytes",
            kind = ConstantKind.HUMAN,
            source = "a report of less is absurd",
            least = 0.1,
            most = 4)
    public static final double MIN_BYTES_PER_TOKEN = 1;

    @CostConstant(
            meaning = "bytes per token that are believed at most",
            unit = "bytes",
            kind = ConstantKind.HUMAN,
            source = "a report of more is absurd",
            least = 8,
            most = 64)
    public static final double MAX_BYTES_PER_TOKEN = 16;

    @CostConstant(
            meaning = "length of an answer that is believed at most",
            unit = "tokens",
            kind = ConstantKind.HUMAN,
            source = "the longest answers of engines today",
            least = 1000,
            most = 1e7)
    public static final long MAX_ANSWER_TOKENS = 100_000;

    @CostConstant(
            meaning = "prompts of a span whose tokens are compared with an engine's count",
            unit = "prompts",
            kind = ConstantKind.HUMAN,
            source = "a share of one in sixteen must be seen",
            least = 4,
            most = 128)
    public static final int SPAN_PROMPTS = 16;

    @CostConstant(
            meaning = "prompts of a span without usage, that it may teach",
            unit = "prompts",
            kind = ConstantKind.HUMAN,
            source = "half a span",
            least = 1,
            most = 16)
    public static final int FEWEST_UNREPORTED = 8;

    @CostConstant(
            meaning = "prompts of a span for each that counts may differ by",
            unit = "prompts",
            kind = ConstantKind.PHYSICS,
            source = "one prompt at a span's end may count on either side",
            least = 4,
            most = 128)
    public static final int PROMPTS_PER_ERROR = 16;

    @CostConstant(
            meaning = "prompts after which a span that did not come out is given up",
            unit = "prompts",
            kind = ConstantKind.HUMAN,
            source = "eight spans",
            least = 16,
            most = 1000)
    public static final int MOST_SPAN_PROMPTS = 128;

    @CostConstant(
            meaning = "time after which a span that did not come out is given up",
            unit = "ns",
            kind = ConstantKind.HUMAN,
            source = "an answer's time, twice",
            least = 1e9,
            most = 600e9)
    public static final long LONGEST_SPAN_NANOS = 60_000_000_000L;

    @CostConstant(
            meaning = "steps that an engine's totals must cover to teach",
            unit = "steps",
            kind = ConstantKind.HUMAN,
            source = "chance in a step's time averages out",
            least = 8,
            most = 1000)
    public static final double FEWEST_TOTAL_STEPS = 32;

    @CostConstant(
            meaning = "time between two lessons from an engine's totals",
            unit = "ns",
            kind = ConstantKind.HUMAN,
            source = "as often as a busy picker's own answers end",
            least = 0.1e9,
            most = 60e9)
    public static final long TEACHING_NANOS = 1_000_000_000L;

    @CostConstant(
            meaning = "time for which own answers have taught steps well enough",
            unit = "ns",
            kind = ConstantKind.HUMAN,
            source = "own answers say more than totals",
            least = 1e9,
            most = 600e9)
    public static final long OWN_STEPS_SUFFICE_NANOS = 60_000_000_000L;

    @CostConstant(
            meaning = "step that an engine's totals may show at least",
            unit = "s",
            kind = ConstantKind.PHYSICS,
            source = "no accelerator reads weights faster",
            least = 1e-6,
            most = 1e-3)
    public static final double SHORTEST_STEP_SECONDS = 1e-5;

    @CostConstant(
            meaning = "step that an engine's totals may show at most",
            unit = "s",
            kind = ConstantKind.HUMAN,
            source = "a step that long is an engine that was stopped",
            least = 1,
            most = 60)
    public static final double LONGEST_STEP_SECONDS = 10;

    private ObservationConstants() {}
}
