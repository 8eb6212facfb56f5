package dev.sluice.picker.constants;

/// The constants of what data sheets say of speed: how far real engines stay behind a roofline, and sizes in
/// names.
public final class HardwareConstants {
    @CostConstant(
            meaning = "p0: reading the weights once, as a multiple of what the memory's bandwidth allows",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.4 times",
            least = 0.2,
            most = 5)
    public static final double ROOFLINE_READ_PROMPT = 0.762;

    @CostConstant(
            meaning = "times p0 for each doubling of the accelerators that share a model",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "as before",
            least = 1,
            most = 2)
    public static final double ROOFLINE_READ_PROMPT_PARALLEL = 1.142;

    @CostConstant(
            meaning = "p1: computing a token of a prompt, as a multiple of what the arithmetic allows",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.14 times",
            least = 1,
            most = 5)
    public static final double ROOFLINE_PROMPT_TOKEN = 1.13;

    @CostConstant(
            meaning = "times p1 for each doubling of the accelerators",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "as before",
            least = 1,
            most = 2)
    public static final double ROOFLINE_PROMPT_TOKEN_PARALLEL = 1.197;

    @CostConstant(
            meaning = "p2: attention of a prompt to itself, as a multiple of what the arithmetic allows",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.8 times",
            least = 1,
            most = 10)
    public static final double ROOFLINE_ATTENTION = 2.1;

    @CostConstant(
            meaning = "d0: reading the weights in each step, as a multiple of what the bandwidth allows",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.14 times",
            least = 1,
            most = 5)
    public static final double ROOFLINE_READ_STEP = 1.351;

    @CostConstant(
            meaning = "times d0 for each doubling of the accelerators",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "as before",
            least = 1,
            most = 2)
    public static final double ROOFLINE_READ_STEP_PARALLEL = 1.094;

    @CostConstant(
            meaning = "d1: one more request in a step, as a multiple of a token's arithmetic",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.35 times",
            least = 0.2,
            most = 5)
    public static final double ROOFLINE_STEP_TOKEN = 0.8;

    @CostConstant(
            meaning = "times d1 for each doubling of the accelerators",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "as before",
            least = 1,
            most = 2)
    public static final double ROOFLINE_STEP_TOKEN_PARALLEL = 1.109;

    @CostConstant(
            meaning = "d2: reading the KV cache, as a multiple of what the bandwidth allows",
            unit = "factor",
            kind = ConstantKind.FITTED,
            source = "fit of the eight measured rows, largest error 1.3 times",
            least = 1,
            most = 5)
    public static final double ROOFLINE_CONTEXT = 1.15;

    @CostConstant(
            meaning = "operations for each active parameter and token",
            unit = "operations",
            kind = ConstantKind.PHYSICS,
            source = "one multiplication and one addition",
            least = 2,
            most = 2)
    public static final double FLOPS_PER_PARAMETER = 2;

    @CostConstant(
            meaning = "requests of the batch whose tokens choose the experts that a step reads",
            unit = "requests",
            kind = ConstantKind.HUMAN,
            source = "a mixture's step grows with its batch until all experts are read; rates have one base",
            least = 1,
            most = 256)
    public static final double STEP_BATCH = 16;

    @CostConstant(
            meaning = "share of the memory that weights take at most: more accelerators than were told are "
                    + "presumed beyond it",
            unit = "share",
            kind = ConstantKind.HUMAN,
            source = "the rest is KV cache",
            least = 0.5,
            most = 0.9)
    public static final double SHARE_OF_MEMORY = 0.7;

    @CostConstant(
            meaning = "how far a size in a name may lie from a published shape and still be taken for it",
            unit = "logarithm",
            kind = ConstantKind.HUMAN,
            source = "names are rounded: Llama-3.1-8B has 8.03 billion parameters",
            least = 0.05,
            most = 0.5)
    public static final double SAME_SIZE = 0.15;

    @CostConstant(
            meaning = "parameters of a mixture of experts for each that its name says",
            unit = "share",
            kind = ConstantKind.PUBLISHED,
            source = "Mixtral: 46.7 of 8 times 7 billion, for attention and embeddings are shared",
            least = 0.5,
            most = 1)
    public static final double MIXTURE_TOTAL = 0.83;

    @CostConstant(
            meaning = "active parameters of a mixture for each of one expert",
            unit = "experts",
            kind = ConstantKind.PUBLISHED,
            source = "Mixtral: 12.9 for 7 billion, two experts of eight",
            least = 1,
            most = 8)
    public static final double MIXTURE_ACTIVE = 1.84;

    @CostConstant(
            meaning = "bytes of a parameter that was quantised to four bits",
            unit = "bytes",
            kind = ConstantKind.PHYSICS,
            source = "four bits, and a scale of 16 bits for each 32 to 128 of them",
            least = 0.5,
            most = 0.7)
    public static final double BYTES_OF_FOUR_BITS = 0.56;

    @CostConstant(
            meaning = "size of a model that is believed at least",
            unit = "billions",
            kind = ConstantKind.HUMAN,
            source = "smaller models are not served by GPUs",
            least = 0.01,
            most = 0.5)
    public static final double SMALLEST_BILLIONS = 0.05;

    @CostConstant(
            meaning = "size of a model that is believed at most",
            unit = "billions",
            kind = ConstantKind.HUMAN,
            source = "a larger number in a name means something else",
            least = 1000,
            most = 10000)
    public static final double LARGEST_BILLIONS = 5000;

    private HardwareConstants() {}
}
