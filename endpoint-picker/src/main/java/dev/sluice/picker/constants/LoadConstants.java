package dev.sluice.picker.constants;

import dev.sluice.picker.decision.PricePart;

/// The constants of what is known of an endpoint's load: horizons, and how a prompt is placed among its steps.
public final class LoadConstants {
    @CostConstant(
            meaning = "prompt tokens that an engine computes in one step at most, before its steps were seen",
            unit = "tokens",
            kind = ConstantKind.PUBLISHED,
            source = "vLLM's default of max_num_batched_tokens on large GPUs",
            least = 512,
            most = 65536)
    public static final double STEP_TOKENS = 8_192;

    @CostConstant(
            meaning = "least limit of a step's prompt tokens that is believed",
            unit = "tokens",
            kind = ConstantKind.HUMAN,
            source = "engines are hardly ever started with less",
            least = 64,
            most = 2048)
    public static final double LEAST_STEP_TOKENS = 256;

    @CostConstant(
            meaning = "largest limit of a step's prompt tokens that is believed",
            unit = "tokens",
            kind = ConstantKind.HUMAN,
            source = "twice the last bound of vLLM's histogram",
            least = 16384,
            most = 1000000)
    public static final double MOST_STEP_TOKENS = 32_768;

    @CostConstant(
            meaning = "steps of the running batch that a short prompt takes part in: prompts that wait together "
                    + "are computed together",
            unit = "steps",
            kind = ConstantKind.FITTED,
            source = "the lab, one seed",
            least = 0,
            most = 1)
    public static final double LEAST_STEPS = 0.3;

    @CostConstant(
            meaning = "time over which an endpoint's usual batch is the mean",
            unit = "ns",
            kind = ConstantKind.HUMAN,
            source = "about as long as an answer takes; one to eight of each endpoint's own answers made first "
                    + "tokens of W1 3 to 9 % later",
            least = 1e9,
            most = 600e9,
            parts = {PricePart.DECODE, PricePart.CROWDING, PricePart.SCARCITY})
    public static final double USUAL_NANOS = 30e9;

    @CostConstant(
            meaning = "time after which a prompt that was placed counts half",
            unit = "ns",
            kind = ConstantKind.HUMAN,
            source = "a few answers",
            least = 1e9,
            most = 3600e9,
            parts = PricePart.SPREAD)
    public static final double RECENT_NANOS = 60e9;

    @CostConstant(
            meaning = "share of the predicted wait that was really waited, from which on an engine's queue is "
                    + "taken for one",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, engines that compute prompts side by side (W17)",
            least = 0,
            most = 1,
            parts = PricePart.QUEUE)
    public static final double QUEUEING = 0.7;

    private LoadConstants() {}
}
