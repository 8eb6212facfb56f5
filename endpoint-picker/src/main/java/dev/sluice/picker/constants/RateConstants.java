package dev.sluice.picker.constants;

/// The constants of learning rates: how much is doubted, forgotten and believed.
public final class RateConstants {
    @CostConstant(
            meaning = "scheduling, sampling and detokenising on the host, in each engine step: published figures "
                    + "are kernel times",
            unit = "ms",
            kind = ConstantKind.FITTED,
            source = "a prototype's engine; decision 3",
            least = 0,
            most = 20)
    public static final double HOST_STEP_MILLIS = 3;

    @CostConstant(
            meaning = "share of the time between two tokens that others' prompts take at most",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "beyond it requests wait, and the queue shows that",
            least = 0.5,
            most = 0.95)
    public static final double MOST_PREFILLING = 0.8;

    @CostConstant(
            meaning = "steps of a busy engine until a first token, beside the prompt's own prefill",
            unit = "steps",
            kind = ConstantKind.PHYSICS,
            source = "the mean of a uniform distribution, and the step that carries the prompt",
            least = 1,
            most = 2)
    public static final double FIRST_TOKEN_STEPS = 1.5;

    @CostConstant(
            meaning = "relative variance that numbers of one bottleneck share: vendors' figures may be wrong by a "
                    + "factor of e",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "decision 3",
            least = 0.01,
            most = 10)
    public static final double COMMON_VARIANCE = 1;

    @CostConstant(
            meaning = "relative variance of each number by itself: 0.4 squared",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "decision 3",
            least = 0.01,
            most = 1)
    public static final double OWN_VARIANCE = 0.16;

    @CostConstant(
            meaning = "share of the initial doubt that comes back with each observation: at a noise of 10 % an "
                    + "estimate remembers some 50",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "decision 3, LearningTest",
            least = 0,
            most = 0.001)
    public static final double FORGETTING = 4e-6;

    @CostConstant(
            meaning = "times that a number may fall below its prior",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "a number that is next to nothing could not be learned again",
            least = 2,
            most = 100)
    public static final double LOWEST = 20;

    @CostConstant(
            meaning = "relative variance of slowdown on hardware without figures: a tenth of the prefill in a "
                    + "batch of one",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "engines differ in how they mix work, hardware does not",
            least = 100,
            most = 1e8)
    public static final double SLOWDOWN_VARIANCE = 1e6;

    @CostConstant(
            meaning = "relative variance of slowdown where figures were published",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "published figures are of engines with chunked prefill",
            least = 1,
            most = 1e6)
    public static final double SLOWDOWN_VARIANCE_OF_KNOWN = 100;

    @CostConstant(
            meaning = "relative variance of stall on hardware without figures: 0.2 squared",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "decision 3",
            least = 0.0001,
            most = 1)
    public static final double STALL_VARIANCE = 0.04;

    @CostConstant(
            meaning = "relative variance of stall where figures were published: 0.05 squared",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "decision 3",
            least = 0.0001,
            most = 1)
    public static final double STALL_VARIANCE_OF_KNOWN = 0.0025;

    @CostConstant(
            meaning = "times that slowdown may rise above its prior of 0.0001",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "a prefill is at most twice as long for each running request",
            least = 100,
            most = 100000)
    public static final double MOST_SLOWDOWN = 10_000;

    @CostConstant(
            meaning = "times that stall may rise above its prior of 1",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "a prefill stalls others for twice its own time at most",
            least = 1,
            most = 4)
    public static final double MOST_STALL = 2;

    @CostConstant(
            meaning = "share of a step that one more request may add",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "hardware without a published shape",
            least = 0.001,
            most = 1)
    public static final double BATCH_SHARE = 0.05;

    @CostConstant(
            meaning = "share of a step that a thousand tokens of context may add",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "hardware without a published shape",
            least = 0.001,
            most = 1)
    public static final double CONTEXT_SHARE = 0.02;

    @CostConstant(
            meaning = "standard deviations from which on an observation is an outlier",
            unit = "deviations",
            kind = ConstantKind.PHYSICS,
            source = "0.3 % of a normal distribution lie beyond",
            least = 2,
            most = 5)
    public static final double OUTLIER = 3;

    @CostConstant(
            meaning = "relative variance that a prediction is doubted with at most",
            unit = "variance",
            kind = ConstantKind.HUMAN,
            source = "others must confirm more than 2.3 times as long or as short",
            least = 0.01,
            most = 1)
    public static final double MOST_DOUBT = 0.25 * 0.25;

    @CostConstant(
            meaning = "deviation of observations that is presumed at least",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "servers of one kind differ by as much",
            least = 0.01,
            most = 0.2)
    public static final double LEAST_NOISE = 0.05;

    @CostConstant(
            meaning = "deviation of observations that is presumed at most",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "a factor of e",
            least = 0.1,
            most = 2)
    public static final double MOST_NOISE = 1;

    @CostConstant(
            meaning = "times that a number may rise above published figures",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "the slowest accelerator to the fastest, and another model",
            least = 2,
            most = 1000)
    public static final double NEAR_PRIOR = 50;

    @CostConstant(
            meaning = "times that a number may rise above figures of other hardware",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "a CPU to the fastest accelerator",
            least = 100,
            most = 1e6)
    public static final double ANY_PRIOR = 10_000;

    @CostConstant(
            meaning = "times as fast as usual that rates forget while most predictions err to one side",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "LearningTest, changes of all rates by 3",
            least = 1,
            most = 1000)
    public static final double FORGETTING_WHERE_BIASED = 100;

    @CostConstant(
            meaning = "standard deviation for each median of absolute deviations",
            unit = "factor",
            kind = ConstantKind.PHYSICS,
            source = "the normal distribution",
            least = 1.48,
            most = 1.49)
    public static final double DEVIATION_PER_MEDIAN = 1.4826;

    @CostConstant(
            meaning = "first tokens after which observations that say little are left out",
            unit = "observations",
            kind = ConstantKind.HUMAN,
            source = "two windows of errors",
            least = 8,
            most = 1000)
    public static final int FAMILIAR_FIRST_TOKENS = 32;

    @CostConstant(
            meaning = "size of errors that is presumed before any was seen",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "vendors' figures against measurements",
            least = 0.01,
            most = 0.5)
    public static final double PRESUMED_ERROR = 0.15;

    @CostConstant(
            meaning = "errors that medians are taken of",
            unit = "observations",
            kind = ConstantKind.HUMAN,
            source = "a median of sixteen has a deviation of 0.31",
            least = 8,
            most = 128)
    public static final int ERROR_WINDOW = 16;

    @CostConstant(
            meaning = "observations that are looked at for a change of the hardware",
            unit = "observations",
            kind = ConstantKind.PHYSICS,
            source = "binomial distribution",
            least = 8,
            most = 64)
    public static final int SHIFT_WINDOW = 12;

    @CostConstant(
            meaning = "outliers to one side among them that mean a change",
            unit = "observations",
            kind = ConstantKind.PHYSICS,
            source = "if one in twenty is an outlier by itself, eight of twelve are one in ten million",
            least = 5,
            most = 64)
    public static final int SHIFT_ENOUGH = 8;

    @CostConstant(
            meaning = "errors before a median is believed",
            unit = "observations",
            kind = ConstantKind.HUMAN,
            source = "half a window",
            least = 4,
            most = 64)
    public static final int FEWEST_ERRORS = 8;

    @CostConstant(
            meaning = "first times that set the scale on hardware without figures",
            unit = "observations",
            kind = ConstantKind.PHYSICS,
            source = "the median of three survives one outlier",
            least = 3,
            most = 15)
    public static final int SCALE_OBSERVATIONS = 3;

    @CostConstant(
            meaning = "median distances from which on a bias is not by chance",
            unit = "deviations",
            kind = ConstantKind.PHYSICS,
            source = "three deviations of a median of sixteen, each 0.46 of the median distance",
            least = 0.46,
            most = 2.5)
    public static final double SIGNIFICANT = 3 * 0.46;

    @CostConstant(
            meaning = "bias from which on rates forget faster",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "a fifth",
            least = 0.05,
            most = 1)
    public static final double MATERIAL = 0.2;

    @CostConstant(
            meaning = "median error up to which rates are not doubted",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "a first token in a busy engine is as hard to foretell where rates are known",
            least = 0.1,
            most = 0.9)
    public static final double SURE = 0.5;

    private RateConstants() {}
}
