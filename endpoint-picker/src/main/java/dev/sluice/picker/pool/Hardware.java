package dev.sluice.picker.pool;

import static java.util.Objects.requireNonNull;

/// The hardware of a model server and the model that runs on it, which decide how fast it is.
///
/// Endpoints with equal hardware share one set of learned rates.
///
/// @param accelerator the product name as `nvidia.com/gpu.product` or DCGM print it, or empty when unknown
/// @param model the base model, or empty when unknown: the name that tells its size, by the engine or by
///     resources
public record Hardware(String accelerator, int accelerators, String model) {
    public static final Hardware UNKNOWN = new Hardware("", 1, "");

    public Hardware {
        requireNonNull(accelerator, "accelerator is null");
        requireNonNull(model, "model is null");
        if (accelerators < 1) {
            throw new IllegalArgumentException("accelerators must be at least 1: " + accelerators);
        }
    }

    Hardware withModel(String named) {
        return named.equals(model) ? this : new Hardware(accelerator, accelerators, named);
    }
}
