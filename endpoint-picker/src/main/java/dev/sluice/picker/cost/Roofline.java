package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.HardwareConstants.FLOPS_PER_PARAMETER;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_ATTENTION;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_CONTEXT;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_PROMPT_TOKEN;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_PROMPT_TOKEN_PARALLEL;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_READ_PROMPT;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_READ_PROMPT_PARALLEL;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_READ_STEP;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_READ_STEP_PARALLEL;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_STEP_TOKEN;
import static dev.sluice.picker.constants.HardwareConstants.ROOFLINE_STEP_TOKEN_PARALLEL;

/// The rates that data sheets let expect: each time is bounded by the accelerator's arithmetic or by its
/// memory, and real engines stay behind that bound by a factor that was fitted to measurements.
///
/// ```
/// p0 = 0.762 · read · 1.142^k      read: all weights / bandwidth                                          [ms]
/// p1 = 1.13 · token · 1.197^k      token: 2 · active parameters / arithmetic                              [ms]
/// p2 = 2.1 · attention             attention of 10⁶ pairs: 2 · layers · hidden · 10⁶ / arithmetic         [ms]
/// d0 = 1.351 · touched · 1.094^k   touched: the weights that a step of 16 requests needs / bandwidth        [ms]
/// d1 = 0.8 · token · 1.109^k                                                                              [ms]
/// d2 = 1.15 · kv                   kv of 1,000 tokens: bytes / bandwidth                                  [ms]
/// ```
///
/// Arithmetic and bandwidth are those of all accelerators that share the model, 2^k of them. Of a mixture of
/// experts a prompt needs all weights and computes with few; a step needs the share 1−(1−active/total)^16 of
/// them. Example: an L4 reads the 16 GB of an 8B model at 300 GB/s in 54 ms, so a step takes 72 ms. An H100
/// reads 51 of the 61 GB of a 30B-A3B in a step, in 15 ms.
record Roofline(double p0, double p1, double p2, double d0, double d1, double d2) {
    private static final double BILLION = 1e9;
    private static final double TERA = 1e12;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double PAIRS = 1e6;
    private static final double TOKENS = 1e3;

    static Roofline of(AcceleratorSpec accelerator, int accelerators, ServedModel model) {
        double bytesPerSecond = accelerator.gigabytesPerSecond() * BILLION * accelerators;
        double flops = accelerator.teraflops() * TERA * accelerators;
        double doublings = Math.log(accelerators) / Math.log(2);
        ModelShape.AttentionShape attention = model.attention();
        double read = MILLIS_PER_SECOND * model.weightBytes() / bytesPerSecond;
        double token =
                MILLIS_PER_SECOND * FLOPS_PER_PARAMETER * model.parameters().active() * BILLION / flops;
        double pairs =
                MILLIS_PER_SECOND * FLOPS_PER_PARAMETER * attention.layers() * attention.hidden() * PAIRS / flops;
        double context = MILLIS_PER_SECOND * attention.kvBytesPerToken() * TOKENS / bytesPerSecond;
        return new Roofline(
                ROOFLINE_READ_PROMPT * read * Math.pow(ROOFLINE_READ_PROMPT_PARALLEL, doublings),
                ROOFLINE_PROMPT_TOKEN * token * Math.pow(ROOFLINE_PROMPT_TOKEN_PARALLEL, doublings),
                ROOFLINE_ATTENTION * pairs,
                ROOFLINE_READ_STEP * read * model.touchedShare() * Math.pow(ROOFLINE_READ_STEP_PARALLEL, doublings),
                ROOFLINE_STEP_TOKEN * token * Math.pow(ROOFLINE_STEP_TOKEN_PARALLEL, doublings),
                ROOFLINE_CONTEXT * context);
    }

    /// A measurement on this roofline, moved to another one: what engines lose against the roofline stays the
    /// same.
    Roofline moved(MeasuredRates measured, Roofline to) {
        return new Roofline(
                measured.prefill().get(0) * (to.p0 / p0),
                measured.prefill().get(1) * (to.p1 / p1),
                measured.prefill().get(2) * (to.p2 / p2),
                measured.step().get(0) * (to.d0 / d0),
                measured.step().get(1) * (to.d1 / d1),
                measured.step().get(2) * (to.d2 / d2));
    }

    /// @param hostMillis what the engine's host side adds to each step
    Rates rates(double hostMillis) {
        return new Rates(p0, p1, p2, d0 + hostMillis, d1, d2);
    }
}
