package dev.sluice.picker.constants;

import dev.sluice.picker.decision.PricePart;

/// The constants of prices and of what follows from them: weights of the parts, and when prices are equal.
public final class PriceConstants {
    @CostConstant(
            meaning = "weight of the time of the request's own answer, where the engine batches well: waiting "
                    + "counts in full",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, decision 4; one seed, no workload held out",
            least = 0.05,
            most = 1,
            parts = PricePart.DECODE)
    public static final double DECODE_WEIGHT = 0.2;

    @CostConstant(
            meaning = "share of a step due to the size of the batch, up to which one more request is nearly free; "
                    + "from twice the share on, requests share the engine",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, engines that share their time among requests (W17)",
            least = 0.05,
            most = 0.5,
            parts = {PricePart.DECODE, PricePart.CROWDING})
    public static final double FREE_SHARE = 0.25;

    @CostConstant(
            meaning = "weight of what running requests lose by work that some endpoint must do",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, decision 4; one seed, no workload held out",
            least = 0,
            most = 0.1,
            parts = PricePart.CROWDING)
    public static final double CROWDING_WEIGHT = 0.01;

    @CostConstant(
            meaning = "weight of what waiting requests lose by work that some endpoint must do",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, decision 4; one seed, no workload held out",
            least = 0,
            most = 1,
            parts = PricePart.CROWDING)
    public static final double WAITING_WEIGHT = 0.5;

    @CostConstant(
            meaning = "requests that arrive before a queue has drained, for each that waits: as many lose by work "
                    + "that another endpoint has done",
            unit = "requests",
            kind = ConstantKind.FITTED,
            source = "the lab, decision 4: as 1/(1−ρ) the load ρ would be 0.94, but no load was measured",
            least = 1,
            most = 64,
            parts = PricePart.SCARCITY)
    public static final double BUSY_PERIOD = 16;

    @CostConstant(
            meaning = "what a millisecond that misses an objective costs more than another",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "the lab, objectives (W10)",
            least = 1,
            most = 16,
            parts = PricePart.OBJECTIVE)
    public static final double LATE_WEIGHT = 4;

    @CostConstant(
            meaning = "share of an objective from which on lateness is predicted",
            unit = "share",
            kind = ConstantKind.FITTED,
            source = "the lab, objectives (W10); predictions are good to a fifth",
            least = 0.5,
            most = 1,
            parts = PricePart.OBJECTIVE)
    public static final double NEAR = 0.8;

    @CostConstant(
            meaning = "steps of an idle engine that loading a LoRA adapter takes: 150 ms on an H100; engines do "
                    + "not say",
            unit = "steps",
            kind = ConstantKind.HUMAN,
            source =
                    "between a swap from host memory (20 ms on an H100) and a load from disk (1.5 s); learned from first "
                            + "tokens instead, those of W5 came 11 % later on average, as a load also evicts another adapter",
            least = 1,
            most = 200,
            parts = PricePart.ADAPTER)
    public static final double ADAPTER_LOAD_STEPS = 16;

    @CostConstant(
            meaning = "share of an answer after which the requests of some loaded adapter have ended, so that its "
                    + "slot is free",
            unit = "share",
            kind = ConstantKind.PHYSICS,
            source = "the mean of a uniform distribution",
            least = 0,
            most = 1,
            parts = PricePart.ADAPTER)
    public static final double ADAPTER_SLOT_SHARE = 0.5;

    @CostConstant(
            meaning = "times a residence that the wait for KV cache is at most",
            unit = "factor",
            kind = ConstantKind.HUMAN,
            source = "the wait for memory is bounded by that of two generations of requests",
            least = 1,
            most = 8,
            parts = PricePart.MEMORY)
    public static final double MEMORY_MOST = 2;

    @CostConstant(
            meaning = "weight of the new work that an endpoint got more than the one with least",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "the lab, prompts that repeat; no workload held out",
            least = 0,
            most = 32,
            parts = PricePart.SPREAD)
    public static final double SPREAD_WEIGHT = 8;

    @CostConstant(
            meaning = "weight of what other replicas may have placed at the endpoint they prefer",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "the lab, replicas and prompts that repeat",
            least = 0,
            most = 1000,
            parts = PricePart.SPREAD)
    public static final double SHARED_WEIGHT = 100;

    @CostConstant(
            meaning = "how fast replicas agree more the more prompts repeat",
            unit = "power",
            kind = ConstantKind.FITTED,
            source = "the lab, replicas and prompts that repeat",
            least = 1,
            most = 3,
            parts = PricePart.SPREAD)
    public static final double SHARED_EXPONENT = 1.5;

    @CostConstant(
            meaning = "times the mean of new work that the endpoint may have that replicas prefer",
            unit = "factor",
            kind = ConstantKind.PUBLISHED,
            source = "consistent hashing with bounded loads; Mirrokni, Thorup and Zadimoghaddam, 2018",
            least = 1,
            most = 2,
            parts = PricePart.SPREAD)
    public static final double MOST_OF_MEAN = 1.15;

    @CostConstant(
            meaning = "prompts like this one that the preferred endpoint may have beyond that",
            unit = "prompts",
            kind = ConstantKind.FITTED,
            source = "the lab, replicas and prompts that repeat",
            least = 0,
            most = 16,
            parts = PricePart.SPREAD)
    public static final double SLACK_PROMPTS = 4;

    @CostConstant(
            meaning = "prompts like this one, half of them held, that replicas presume before they have seen any",
            unit = "prompts",
            kind = ConstantKind.HUMAN,
            source = "a prior of ten observations",
            least = 0,
            most = 100,
            parts = PricePart.SPREAD)
    public static final double PRIOR_PROMPTS = 10;

    @CostConstant(
            meaning = "batch slots that an engine has at least",
            unit = "requests",
            kind = ConstantKind.HUMAN,
            source = "engines are hardly ever started with fewer",
            least = 1,
            most = 16,
            parts = PricePart.QUEUE)
    public static final double FEWEST_SLOTS = 4;

    @CostConstant(
            meaning = "batch slots that an engine has at most, where none were learned",
            unit = "requests",
            kind = ConstantKind.PUBLISHED,
            source = "vLLM's default of max_num_seqs on most GPUs",
            least = 16,
            most = 4096,
            parts = PricePart.QUEUE)
    public static final double MOST_SLOTS = 256;

    @CostConstant(
            meaning = "share of the best price by which prices differ and are equal all the same",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "below what predictions can tell apart",
            least = 0,
            most = 0.2)
    public static final double EQUAL_SHARE = 0.02;

    @CostConstant(
            meaning = "requests in flight that a prompt without a cached token is worth, where rates are in doubt",
            unit = "requests",
            kind = ConstantKind.HUMAN,
            source = "a prompt of a few steps",
            least = 1,
            most = 16)
    public static final double PROMPT_LOAD = 4;

    @CostConstant(
            meaning = "share of the best price by which the endpoint of the request's session may cost more",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "a tenth of what the client waits anyway",
            least = 0,
            most = 1)
    public static final double SESSION_SHARE = 0.1;

    @CostConstant(
            meaning = "milliseconds by which the endpoint of the request's session may cost more",
            unit = "ms",
            kind = ConstantKind.HUMAN,
            source = "Nielsen, Usability Engineering, 1993: people do not yet notice it",
            least = 0,
            most = 1000)
    public static final double SESSION_MILLIS = 100;

    private PriceConstants() {}
}
