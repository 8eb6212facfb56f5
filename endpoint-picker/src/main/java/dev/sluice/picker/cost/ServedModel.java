package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.HardwareConstants.BYTES_OF_FOUR_BITS;
import static dev.sluice.picker.constants.HardwareConstants.STEP_BATCH;

import dev.sluice.picker.pool.ModelSize;
import java.util.Locale;
import java.util.regex.Pattern;

/// A model as it is served: its size, its shape and how many bytes each parameter takes.
record ServedModel(ModelSize parameters, ModelShape.AttentionShape attention, double bytesPerParameter) {
    private static final double BILLION = 1e9;
    private static final Pattern FOUR_BITS =
            Pattern.compile("(?<![a-z0-9])(awq|gptq|int4|4bit|w4a16|w4a8|nvfp4|mxfp4|fp4|q4|gpt-oss)(?![a-z0-9])");
    private static final Pattern EIGHT_BITS = Pattern.compile("(?<![a-z0-9])(fp8|int8|8bit|w8a8|w8a16|q8)(?![a-z0-9])");

    /// The bytes of a parameter as a model's name tells them; 2 where it does not.
    static double bytesPerParameter(String model) {
        String name = model.toLowerCase(Locale.ROOT).replace('_', '-');
        if (FOUR_BITS.matcher(name).find()) {
            return BYTES_OF_FOUR_BITS;
        }
        return EIGHT_BITS.matcher(name).find() ? 1 : 2;
    }

    /// The share of the weights that one step reads: all of a dense model, and of a mixture of experts what
    /// the tokens of a batch need.
    double touchedShare() {
        return 1 - Math.pow(1 - parameters.active() / parameters.total(), STEP_BATCH);
    }

    /// Each token passes through all parameters.
    boolean isDense() {
        return parameters.active() == parameters.total();
    }

    double weightBytes() {
        return parameters.total() * BILLION * bytesPerParameter;
    }
}
